//! What the gateway knows of a request that is not in its HTTP: its id, where it came from, how long it may take.

use std::net::IpAddr;
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
    /// The caller's address, by which requests without credentials are counted.
    pub fn address(&self) -> String {
        self.ip.map_or_else(|| "ip:unknown".to_owned(), |ip| format!("ip:{ip}"))
    }

    /// The caller's network, which many addresses of one person share: /24 of IPv4, /64 of IPv6.
    pub fn network(&self) -> Option<String> {
        let network = match self.ip?.to_canonical() {
            IpAddr::V4(ip) => {
                let [a, b, c, _] = ip.octets();
                format!("net:{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("net:{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        };
        Some(network)
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
    fn network_is_what_one_person_can_choose_from() {
        for (ip, network) in [
            ("203.0.113.7", "net:203.0.113.0/24"),
            ("::ffff:203.0.113.9", "net:203.0.113.0/24"),
            ("2001:db8:1:2:3:4:5:6", "net:2001:db8:1:2::/64"),
        ] {
            let info = RequestInfo { id: String::new(), ip: ip.parse().ok(), deadline: Instant::now() };
            assert_eq!(info.network().as_deref(), Some(network), "{ip}");
        }
    }
}
