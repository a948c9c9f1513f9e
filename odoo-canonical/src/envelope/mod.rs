//! The envelope in which a business object travels: CloudEvents 1.0.2, JSON format, structured mode.

mod attribute;
pub use attribute::{Base64, JsonData, Origins, SpecVersion, TraceParent};

mod extension;
pub use extension::{ExtensionValue, Extensions};

mod claim_check;

mod idempotency;
pub use idempotency::idempotency_key;

use crate::{
    canonical_json::{Digest, canonical_json},
    contract::{Contract, ContractError, ContractRule, decode},
    object::{Object, ObjectKind},
    schema::schema_url,
    value::{Code, Instant, Key, Label, UriReference},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One change on its way: who it comes from, what it is about, how it may be treated, and the object itself.
///
/// Fields carry the attribute names of the wire. `id`, `source`, `specversion` and `type` are required by CloudEvents;
/// the rest is optional here, and a host decides what it insists on. Extensions that this crate does not know are kept
/// and written again. As CloudEvents asks, an attribute that is `null` counts as absent.
///
/// ```
/// use odoo_canonical::{Envelope, Object, ObjectKind};
///
/// let order = Object::from_json(ObjectKind::SalesOrder, ObjectKind::SalesOrder.example().as_bytes())?;
/// let mut envelope = Envelope::new(
///     "0193568c-0000-7000-8000-000000000001".parse()?,
///     "//acme/eu/production/shop".parse()?,
///     "com.acme.sales.order.placed.v1".parse()?,
/// );
/// envelope.set_object(&order)?;
/// envelope.region = Some("eu".parse()?);
///
/// let bytes = envelope.to_json()?;
/// let received = Envelope::from_json(&bytes)?;
/// assert_eq!(received.object(ObjectKind::SalesOrder)?, order);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope {
    /// Version of CloudEvents; always 1.0.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub specversion: SpecVersion,
    /// Names the event within its source: `source` and `id` together tell a duplicate.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub id: Key,
    /// Where the event comes from, for example `//tenant/region/environment/connector`.
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub source: UriReference,
    /// What happened, for example `com.acme.sales.order.placed.v1`.
    #[serde(rename = "type")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub event_type: Label,
    /// What it happened to: the key of the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub subject: Option<Label>,
    /// When it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub time: Option<Instant>,
    /// Media type of the data; JSON when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub datacontenttype: Option<Label>,
    /// The schema that the data adheres to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub dataschema: Option<UriReference>,

    /// The flow that this event belongs to (extension correlation).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub correlationid: Option<Label>,
    /// The event that caused this one (extension correlation).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub causationid: Option<Label>,
    /// Events of one key are kept in order (extension partitioning).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub partitionkey: Option<Label>,
    /// Place of the event among those of its source; compared as text (extension sequence).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub sequence: Option<Label>,
    /// Trace that the event belongs to (extension distributed tracing, W3C Trace Context).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub traceparent: Option<TraceParent>,
    /// Vendor parts of the trace (extension distributed tracing).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub tracestate: Option<Label>,
    /// When the event was recorded, as against when it happened (extension recorded time).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub recordedtime: Option<Instant>,
    /// How sensitive the data is (extension data classification).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub dataclassification: Option<Label>,

    /// When nobody needs it any more (extension expiry time).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub expirytime: Option<Instant>,
    /// Where the data is kept, where it does not travel (extension dataref, "claim check").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub dataref: Option<UriReference>,
    /// SHA-256 of the data that is kept there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub datadigest: Option<Digest>,

    /// On whose behalf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub tenant: Option<Code>,
    /// The region in which the event arose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub region: Option<Code>,
    /// The environment: `production`, `test` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub environment: Option<Code>,
    /// The data domain that answers for the object: `sales`, `finance` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub datadomain: Option<Code>,
    /// Where the data must stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub residency: Option<Code>,
    /// Tells a second delivery of the same change; see [`idempotency_key`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub idempotencykey: Option<Digest>,
    /// The connector that made the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub connector: Option<Code>,
    /// The version of that connector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub connectorversion: Option<Label>,
    /// The systems that the change has passed through, first to last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "none", "x-domain" = "integration"))]
    pub origins: Option<Origins>,

    /// The object as JSON, kept to the byte as it came. Not together with `data_base64`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "free-text", "x-domain" = "integration"))]
    pub data: Option<JsonData>,
    /// Data that is not JSON. Not together with `data`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-data-class" = "free-text", "x-domain" = "integration"))]
    pub data_base64: Option<Base64>,

    /// Extensions that this crate does not know.
    #[serde(flatten)]
    pub extensions: Extensions,
}

impl Envelope {
    pub(crate) const EXAMPLE: &'static str = include_str!("example.json");

    /// An envelope with the required attributes.
    pub fn new(id: Key, source: UriReference, event_type: Label) -> Self {
        Self {
            specversion: SpecVersion::V1,
            id,
            source,
            event_type,
            subject: None,
            time: None,
            datacontenttype: None,
            dataschema: None,
            correlationid: None,
            causationid: None,
            partitionkey: None,
            sequence: None,
            traceparent: None,
            tracestate: None,
            recordedtime: None,
            dataclassification: None,
            expirytime: None,
            dataref: None,
            datadigest: None,
            tenant: None,
            region: None,
            environment: None,
            datadomain: None,
            residency: None,
            idempotencykey: None,
            connector: None,
            connectorversion: None,
            origins: None,
            data: None,
            data_base64: None,
            extensions: Extensions::default(),
        }
    }

    /// Reads an envelope. The data is checked to be JSON but not taken apart; see [`object`](Self::object).
    ///
    /// # Errors
    /// Where the text breaks the contract.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ContractError> {
        let envelope: Self = decode(bytes, Contract::Strict)?;
        envelope.check_data()?;
        Ok(envelope)
    }

    /// Writes the envelope; known attributes first, then extensions by name. The bytes of `data` are those that came in.
    ///
    /// # Errors
    /// When both `data` and `data_base64` are set.
    pub fn to_json(&self) -> Result<Vec<u8>, ContractError> {
        self.check_data()?;
        serde_json::to_vec(self).map_err(|error| ContractError {
            path: String::new(),
            rule: ContractRule::Encoding,
            detail: error.to_string(),
        })
    }

    /// Puts an object in: its canonical JSON as `data`, its media type and schema, and its key as `subject` and
    /// `partitionkey`. What was said of other data is taken off: where it is kept, its digest and its class.
    ///
    /// # Errors
    /// None that an object of this crate can cause.
    pub fn set_object(&mut self, object: &Object) -> Result<(), ContractError> {
        let encoding =
            |detail: String| ContractError { path: "/data".into(), rule: ContractRule::Encoding, detail };
        let url = schema_url(object.kind());
        self.data = Some(JsonData::from_json(&canonical_json(object)?)?);
        self.data_base64 = None;
        self.dataref = None;
        self.datadigest = None;
        self.dataclassification = None;
        self.dataschema =
            Some(url.parse().map_err(|error: crate::value::ValueError| encoding(error.to_string()))?);
        self.datacontenttype = "application/json".parse().ok();
        self.subject = object.key().as_str().parse().ok();
        self.partitionkey = self.subject.clone();
        Ok(())
    }

    /// Reads the data as an object of a kind.
    ///
    /// # Errors
    /// When there is no JSON data, or where it breaks the contract of the kind; paths begin with `/data`.
    pub fn object(&self, kind: ObjectKind) -> Result<Object, ContractError> {
        let data = self.data.as_ref().ok_or_else(|| ContractError {
            path: String::new(),
            rule: ContractRule::MissingField,
            detail: "missing field `data`".to_owned(),
        })?;
        Object::from_json(kind, data.as_str().as_bytes()).map_err(|mut error| {
            error.path.insert_str(0, "/data");
            error
        })
    }

    fn check_data(&self) -> Result<(), ContractError> {
        if self.data.is_some() && self.data_base64.is_some() {
            return Err(ContractError {
                path: "/data_base64".to_owned(),
                rule: ContractRule::Value,
                detail: "must not stand together with data".to_owned(),
            });
        }
        Ok(())
    }
}
