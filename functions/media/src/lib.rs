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
        .tag("media", "Uploads of images, videos and import files.")
        .routes(
            routes!(uploads::begin)
                .audited_unless_own("media.begin")
                .errors(&[Code::MEDIA_QUOTA_EXCEEDED, Code::MEDIA_TOO_LARGE]),
        )
        .routes(routes!(uploads::complete).audited_unless_own("media.complete").errors(&[
            Code::VERSION_CONFLICT,
            Code::MEDIA_NOT_UPLOADED,
            Code::MEDIA_UPLOAD_EXPIRED,
            Code::MEDIA_TOO_LARGE,
            Code::MEDIA_SIZE_MISMATCH,
            Code::MEDIA_TYPE_MISMATCH,
            Code::MEDIA_CHANGED,
        ]))
        .routes(routes!(media::show).head())
        .routes(routes!(media::delete).audited_unless_own("media.delete").errors(&[Code::VERSION_CONFLICT]))
}
