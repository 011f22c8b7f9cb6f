//! What the gateway knows of a request that is not in its HTTP: its id, where it came from, how long it may take.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Instant;

use axum::extract::Request;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;

use crate::deadline;

/// A request, to the gateway. Handlers get it as `Extension<RequestInfo>`.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// The gateway's request id, which is also sent back.
    pub id: String,
    /// The caller's address as the gateway saw it; headers that claim one are not believed.
    pub ip: Option<IpAddr>,
    /// When the function is stopped.
    pub deadline: Instant,
}

impl RequestInfo {
    /// The caller's network, by which requests without credentials are counted: an IPv4 address, or the first 64 bits
    /// of
    /// an IPv6 address, of which a caller has all the rest.
    pub fn network(&self) -> String {
        match self.ip.map(|ip| ip.to_canonical()) {
            None => "ip:unknown".to_owned(),
            Some(IpAddr::V4(ip)) => format!("ip:{ip}"),
            Some(IpAddr::V6(ip)) => format!("ip:{}/64", Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64)),
        }
    }

    /// The caller's subnet, in which one person may have many addresses: /24 of IPv4, /64 of IPv6.
    pub fn subnet(&self) -> Option<String> {
        let subnet = match self.ip?.to_canonical() {
            IpAddr::V4(ip) => {
                let [a, b, c, _] = ip.octets();
                format!("net:{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("net:{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        };
        Some(subnet)
    }

    /// Reads what `lambda_http` attached to the request; `fallback_id` serves where there is no gateway.
    pub fn of(request: &Request, fallback_id: impl FnOnce() -> String) -> Self {
        let (id, ip) = match request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => (context.request_id.clone(), context.http.source_ip.clone()),
            _ => (None, None),
        };
        let lambda = request.lambda_context_ref();
        let id = id.or_else(|| lambda.map(|context| context.request_id.clone())).filter(|id| !id.is_empty());
        let left = lambda.map_or(deadline::DEFAULT, |context| deadline::left_until(context.deadline));
        let ip = ip.and_then(|text| text.parse().ok());
        Self { id: id.unwrap_or_else(fallback_id), ip, deadline: Instant::now() + left }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subnet_is_what_one_person_can_choose_from() {
        for (ip, subnet) in [
            ("203.0.113.7", "net:203.0.113.0/24"),
            ("::ffff:203.0.113.9", "net:203.0.113.0/24"),
            ("2001:db8:1:2:3:4:5:6", "net:2001:db8:1:2::/64"),
        ] {
            let info = RequestInfo { id: String::new(), ip: ip.parse().ok(), deadline: Instant::now() };
            assert_eq!(info.subnet().as_deref(), Some(subnet), "{ip}");
        }
    }

    #[test]
    fn network_is_an_address_or_the_half_of_one() {
        for (ip, network) in [
            ("203.0.113.7", "ip:203.0.113.7"),
            ("::ffff:203.0.113.7", "ip:203.0.113.7"),
            ("2001:db8:0:1:aaaa:bbbb:cccc:dddd", "ip:2001:db8:0:1::/64"),
            ("2001:db8:0:1::", "ip:2001:db8:0:1::/64"),
            ("2001:db8:0:2::1", "ip:2001:db8:0:2::/64"),
            ("?", "ip:unknown"),
        ] {
            let info = RequestInfo { id: String::new(), ip: ip.parse().ok(), deadline: Instant::now() };
            assert_eq!(info.network(), network, "{ip}");
        }
    }
}
