//! Reports: what Odoo prints of records.

use super::WebSession;
use crate::error::{Delivery, Error, ErrorKind};
use crate::fault;
use crate::files::Download;
use crate::transport::HttpMethod;

/// How a report is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportFormat {
    /// PDF; the server needs `wkhtmltopdf` for it.
    Pdf,
    /// HTML.
    Html,
    /// Plain text, such as labels.
    Text,
}

impl WebSession {
    /// Prints a report of records. `name` is its technical name, such as `sale.report_saleorder` (`report_name` in `ir.actions.report`).
    ///
    /// # Errors
    /// As [`call`](Self::call); `Server` where Odoo failed to print it.
    pub async fn report(&self, name: &str, ids: &[i64], format: ReportFormat) -> Result<Download, Error> {
        let operation = format!("report {name}");
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
        if name.is_empty() || !name.chars().all(plain) || ids.is_empty() {
            let message =
                "a report has a technical name such as sale.report_saleorder, and prints at least one record";
            return Err(Error::new(ErrorKind::BadArguments, Delivery::NotSent, operation, message));
        }
        match self.print(&operation, name, ids, format).await {
            Err(error) if error.kind() == ErrorKind::Auth => {
                self.log_in().await?;
                self.print(&operation, name, ids, format).await
            }
            result => result,
        }
    }

    async fn print(
        &self,
        operation: &str,
        name: &str,
        ids: &[i64],
        format: ReportFormat,
    ) -> Result<Download, Error> {
        let session = self.client.session();
        let (converter, kind) = match format {
            ReportFormat::Pdf => ("pdf", "application/pdf"),
            ReportFormat::Html => ("html", "text/html"),
            ReportFormat::Text => ("text", "text/plain"),
        };
        let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let path = format!("/report/{converter}/{name}/{ids}");
        let mut request = session.request(HttpMethod::Get, &path, kind, Vec::new());
        let context = serde_json::Value::from(session.context.clone());
        if !session.context.is_empty() {
            request.url.query_pairs_mut().append_pair("context", &context.to_string());
        }
        let response = self.client.open(operation, self.with_cookie(request), None).await?;
        let login = |location: &str| location.contains("/web/login");
        match response.status {
            200 if format == ReportFormat::Pdf
                && response.header("content-type").is_some_and(|found| !found.starts_with(kind)) =>
            {
                let message = "the answer is not a PDF";
                Err(Error::new(ErrorKind::Protocol, Delivery::Committed, operation, message))
            }
            200 => Ok(Download::new(operation, response)),
            // Odoo sends who has no session to the login page.
            300..=399 if response.header("location").is_some_and(login) => {
                Err(Error::new(ErrorKind::Auth, Delivery::Rejected, operation, "the session has ended"))
            }
            _ => {
                let response = response.read(operation, fault::MAX_ERROR_PAGE).await?;
                Err(fault::from_status(operation, &response))
            }
        }
    }
}
