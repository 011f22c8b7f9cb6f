//! Uploads over HTTP.

mod caller;
mod media;
mod uploads;

use ibw::error::Code;
use ibw::http::Routes;
use ibw::routes;

ibw::api!(routes);

fn routes<R: Routes>() -> R {
    R::default()
        .routes(routes!(uploads::begin).errors(&[Code::MediaQuotaExceeded, Code::MediaTooLarge]))
        .routes(routes!(uploads::complete).errors(&[
            Code::VersionConflict,
            Code::MediaNotUploaded,
            Code::MediaUploadExpired,
            Code::MediaTooLarge,
            Code::MediaSizeMismatch,
            Code::MediaTypeMismatch,
            Code::MediaChanged,
        ]))
        .routes(routes!(media::show))
        .routes(routes!(media::delete).errors(&[Code::VersionConflict]))
}
