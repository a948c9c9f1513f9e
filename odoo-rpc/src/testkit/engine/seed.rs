//! The data that every database starts with, and then the setup's own.

use serde_json::{Map, Value, json};

use super::context::Context;
use super::env::Env;
use super::error::{OdooError, Result};
use super::{ADMIN, Inner, auth};
use crate::testkit::Series;
use crate::testkit::setup::Setup;

/// Code, digits, name, symbol. The first is the company's.
const CURRENCIES: [(&str, u32, &str, &str); 14] = [
    ("USD", 2, "United States dollar", "$"),
    ("EUR", 2, "Euro", "€"),
    ("GBP", 2, "Pound sterling", "£"),
    ("CHF", 2, "Swiss franc", "CHF"),
    ("JPY", 0, "Japanese yen", "¥"),
    ("KWD", 3, "Kuwaiti dinar", " د.ك "),
    ("CAD", 2, "Canadian dollar", "$"),
    ("AUD", 2, "Australian dollar", "$"),
    ("SEK", 2, "Swedish krona", "kr"),
    ("NOK", 2, "Norwegian krone", "kr"),
    ("DKK", 2, "Danish krone", "kr"),
    ("PLN", 2, "Polish zloty", "zł"),
    ("CNY", 2, "Chinese yuan", "¥"),
    ("INR", 2, "Indian rupee", "₹"),
];

/// Code, calling code, name.
const COUNTRIES: [(&str, i64, &str); 48] = [
    ("AE", 971, "United Arab Emirates"),
    ("AR", 54, "Argentina"),
    ("AT", 43, "Austria"),
    ("AU", 61, "Australia"),
    ("BE", 32, "Belgium"),
    ("BG", 359, "Bulgaria"),
    ("BR", 55, "Brazil"),
    ("CA", 1, "Canada"),
    ("CH", 41, "Switzerland"),
    ("CL", 56, "Chile"),
    ("CN", 86, "China"),
    ("CO", 57, "Colombia"),
    ("CY", 357, "Cyprus"),
    ("CZ", 420, "Czech Republic"),
    ("DE", 49, "Germany"),
    ("DK", 45, "Denmark"),
    ("EE", 372, "Estonia"),
    ("ES", 34, "Spain"),
    ("FI", 358, "Finland"),
    ("FR", 33, "France"),
    ("GB", 44, "United Kingdom"),
    ("GR", 30, "Greece"),
    ("HK", 852, "Hong Kong"),
    ("HR", 385, "Croatia"),
    ("HU", 36, "Hungary"),
    ("IE", 353, "Ireland"),
    ("IN", 91, "India"),
    ("IT", 39, "Italy"),
    ("JP", 81, "Japan"),
    ("KR", 82, "South Korea"),
    ("KW", 965, "Kuwait"),
    ("LT", 370, "Lithuania"),
    ("LU", 352, "Luxembourg"),
    ("LV", 371, "Latvia"),
    ("MT", 356, "Malta"),
    ("MX", 52, "Mexico"),
    ("NL", 31, "Netherlands"),
    ("NO", 47, "Norway"),
    ("NZ", 64, "New Zealand"),
    ("PL", 48, "Poland"),
    ("PT", 351, "Portugal"),
    ("RO", 40, "Romania"),
    ("SE", 46, "Sweden"),
    ("SG", 65, "Singapore"),
    ("SI", 386, "Slovenia"),
    ("SK", 421, "Slovakia"),
    ("US", 1, "United States"),
    ("ZA", 27, "South Africa"),
];

/// Country, then `code name` of some of its states.
const STATES: [(&str, &[(&str, &str)]); 2] = [
    (
        "US",
        &[
            ("AZ", "Arizona"),
            ("CA", "California"),
            ("CO", "Colorado"),
            ("FL", "Florida"),
            ("GA", "Georgia"),
            ("IL", "Illinois"),
            ("KY", "Kentucky"),
            ("MA", "Massachusetts"),
            ("NC", "North Carolina"),
            ("NJ", "New Jersey"),
            ("NV", "Nevada"),
            ("NY", "New York"),
            ("OH", "Ohio"),
            ("OR", "Oregon"),
            ("PA", "Pennsylvania"),
            ("TX", "Texas"),
            ("VA", "Virginia"),
            ("WA", "Washington"),
        ],
    ),
    ("CA", &[("AB", "Alberta"), ("BC", "British Columbia"), ("ON", "Ontario"), ("QC", "Quebec")]),
];

/// Fills a fresh database.
pub(super) fn base(inner: &mut Inner, setup: &Setup) -> Result<()> {
    let Inner { db, clock, .. } = inner;
    let mut env = Env::new(db, setup.series, ADMIN, Context::default(), clock);
    env.sudo = true;
    let mut seeder = Seeder { env: &mut env };
    seeder.places()?;
    seeder.company()?;
    seeder.users(setup)?;
    seeder.goods()?;
    seeder.stock()?;
    seeder.reports()?;
    seeder.more_companies(setup)?;
    seeder.models()?;
    seeder.own(setup)
}

struct Seeder<'a, 'b> {
    env: &'a mut Env<'b>,
}

impl Seeder<'_, '_> {
    fn add(&mut self, external_id: &str, model: &str, values: Value) -> Result<i64> {
        let values = values.as_object().cloned().unwrap_or_default();
        let id = self.env.create(model, &values)?;
        if let Some((module, name)) = external_id.split_once('.') {
            self.env.set_external_id(module, name, model, id)?;
        }
        Ok(id)
    }

    fn places(&mut self) -> Result<()> {
        self.add(
            "base.lang_en",
            "res.lang",
            json!({"name": "English (US)", "code": "en_US", "iso_code": "en"}),
        )?;
        for (code, digits, full_name, symbol) in CURRENCIES {
            let rounding = [1.0, 0.1, 0.01, 0.001].get(digits as usize).copied().unwrap_or(0.01);
            let values = json!({
                "name": code, "full_name": full_name, "symbol": symbol, "rounding": rounding,
                "position": if code == "USD" { "before" } else { "after" },
                // As in a database without foreign business: only the company's currency is on.
                "active": code == "USD",
            });
            self.add(&format!("base.{code}"), "res.currency", values)?;
        }
        for (code, phone, name) in COUNTRIES {
            let external = if code == "GB" { "uk".to_owned() } else { code.to_lowercase() };
            let values = json!({"name": name, "code": code, "phone_code": phone, "vat_label": "VAT"});
            let id = self.add(&format!("base.{external}"), "res.country", values)?;
            let states = STATES.iter().find(|(country, _)| *country == code).map(|(_, states)| *states);
            for (state, name) in states.unwrap_or_default() {
                let external = format!("base.state_{}_{}", code.to_lowercase(), state.to_lowercase());
                self.add(
                    &external,
                    "res.country.state",
                    json!({"name": name, "code": state, "country_id": id}),
                )?;
            }
        }
        Ok(())
    }

    fn company(&mut self) -> Result<()> {
        let country = self.named("base", "us");
        let values = json!({
            "name": "My Company", "is_company": true, "email": "info@example.com", "country_id": country,
            "lang": "en_US", "street": "250 Executive Park Blvd", "city": "San Francisco", "zip": "94134",
            "state_id": self.named("base", "state_us_ca"), "phone": "+1 555 555 5556",
        });
        let partner = self.add("base.main_partner", "res.partner", values)?;
        // The recorded companies round by line in 17 and globally in 19, the defaults of the two series.
        let rounding = if self.env.series == Series::V17 { "round_per_line" } else { "round_globally" };
        let mut values = json!({
            "name": "My Company", "partner_id": partner, "tax_calculation_rounding_method": rounding,
            "currency_id": self.named("base", "USD"),
        });
        if self.env.series == Series::V19
            && let Some(values) = values.as_object_mut()
        {
            values.insert("account_price_include".to_owned(), json!("tax_excluded"));
        }
        self.add("base.main_company", "res.company", values)?;
        self.add("sales_team.team_sales_department", "crm.team", json!({"name": "Sales"}))?;
        Ok(())
    }

    fn users(&mut self, setup: &Setup) -> Result<()> {
        let robot = json!({"login": "__system__", "name": "OdooBot", "active": false});
        self.add("base.user_root", "res.users", robot)?;
        for (index, user) in setup.users.iter().enumerate() {
            let name = if index == 0 { "Mitchell Admin" } else { user.login.as_str() };
            let mut values = json!({"login": user.login, "name": name, "lang": "en_US", "email": user.login});
            if let (Some(zone), Some(values)) = (&setup.time_zone, values.as_object_mut()) {
                values.insert("tz".to_owned(), json!(zone));
            }
            let external = if index == 0 { "base.user_admin" } else { "" };
            let uid = self.add(external, "res.users", values)?;
            auth::keep_credentials(self.env, uid, user)?;
        }
        Ok(())
    }

    fn goods(&mut self) -> Result<()> {
        let old = self.env.series == Series::V17;
        let mut unit = json!({"name": "Units"});
        let mut dozen = json!({"name": "Dozens", "factor": if old { 1.0 / 12.0 } else { 12.0 }});
        if old {
            let category = self.add("uom.product_uom_categ_unit", "uom.category", json!({"name": "Unit"}))?;
            merge(&mut unit, json!({"category_id": category}));
            merge(
                &mut dozen,
                json!({"category_id": category, "uom_type": "bigger", "ratio": 12.0, "factor_inv": 12.0}),
            );
        } else {
            merge(&mut dozen, json!({"relative_factor": 12.0, "relative_uom_id": 1}));
        }
        self.add("uom.product_uom_unit", "uom.uom", unit)?;
        self.add("uom.product_uom_dozen", "uom.uom", dozen)?;
        let (external, name) = if old {
            ("product.product_category_all", "All")
        } else {
            ("product.product_category_goods", "Goods")
        };
        self.add(external, "product.category", json!({"name": name}))?;
        Ok(())
    }

    fn stock(&mut self) -> Result<()> {
        let partners = self.add(
            "stock.stock_location_locations_partner",
            "stock.location",
            json!({"name": "Partners", "usage": "view"}),
        )?;
        for (external, name, usage) in [
            ("stock.stock_location_suppliers", "Vendors", "supplier"),
            ("stock.stock_location_customers", "Customers", "customer"),
        ] {
            self.add(
                external,
                "stock.location",
                json!({"name": name, "usage": usage, "location_id": partners}),
            )?;
        }
        let values = json!({"name": "My Company", "code": "WH", "company_id": 1});
        let warehouse = self.add("stock.warehouse0", "stock.warehouse", values)?;
        if let Some(stock) = self.env.link("stock.warehouse", warehouse, "lot_stock_id") {
            self.env.set_external_id("stock", "stock_location_stock", "stock.location", stock)?;
        }
        if let Some(kind) = self.env.link("stock.warehouse", warehouse, "out_type_id") {
            self.env.set_external_id("stock", "picking_type_out", "stock.picking.type", kind)?;
        }
        Ok(())
    }

    fn reports(&mut self) -> Result<()> {
        for (external, name, model, report) in [
            ("base.report_ir_model_overview", "Model Overview", "ir.model", "base.report_irmodeloverview"),
            (
                "base.ir_module_reference_print",
                "Technical guide",
                "ir.module.module",
                "base.report_irmodulereference",
            ),
            ("sale.action_report_saleorder", "PDF Quote", "sale.order", "sale.report_saleorder"),
            ("stock.action_report_delivery", "Delivery Slip", "stock.picking", "stock.report_deliveryslip"),
            (
                "account.account_invoices",
                "Invoice PDF",
                "account.move",
                "account.report_invoice_with_payments",
            ),
        ] {
            self.add(
                external,
                "ir.actions.report",
                json!({"name": name, "model": model, "report_name": report}),
            )?;
        }
        Ok(())
    }

    /// Companies beside the first, each with a warehouse. The administrator works for all of them.
    fn more_companies(&mut self, setup: &Setup) -> Result<()> {
        for (index, name) in setup.companies.iter().enumerate() {
            let id =
                self.add("", "res.company", json!({"name": name, "currency_id": self.named("base", "USD")}))?;
            let values = json!({"name": name, "code": format!("WH{}", index + 2), "company_id": id});
            self.add("", "stock.warehouse", values)?;
        }
        let all = self.env.db.ids("res.company");
        self.env.set("res.users", ADMIN, "company_ids", json!(all))?;
        for user in &setup.users {
            let Some(uid) = self.env.db.unique("res.users", 0, &[&user.login]) else { continue };
            if let Some(first) = user.companies.first() {
                self.env.check_exist("res.company", &user.companies)?;
                self.env.set("res.users", uid, "company_ids", json!(user.companies))?;
                self.env.set("res.users", uid, "company_id", json!(first))?;
            }
        }
        Ok(())
    }

    fn models(&mut self) -> Result<()> {
        let models: Vec<(String, String)> = self
            .env
            .db
            .schema
            .models
            .values()
            .map(|model| (model.name.clone(), model.label.clone()))
            .collect();
        for (model, name) in models {
            let external = format!("base.model_{}", model.replace('.', "_"));
            self.add(&external, "ir.model", json!({"model": model, "name": name}))?;
        }
        Ok(())
    }

    fn own(&mut self, setup: &Setup) -> Result<()> {
        for seed in &setup.seeds {
            self.one(seed).map_err(|error| OdooError {
                message: format!("seed of {}: {}", seed.model, error.message),
                kind: error.kind,
            })?;
        }
        Ok(())
    }

    fn one(&mut self, seed: &crate::testkit::setup::Seed) -> Result<()> {
        let values: Map<String, Value> = seed.values.as_object().cloned().unwrap_or_default();
        let id = match seed.id {
            Some(id) if self.env.db.row(&seed.model, id).is_some() => {
                return Err(OdooError::value(format!("id {id} is taken")));
            }
            Some(id) => self.env.create_with_id(&seed.model, id, &values).map(|()| id)?,
            None => self.env.create(&seed.model, &values)?,
        };
        if let Some(external_id) = &seed.external_id {
            let (module, name) = external_id
                .split_once('.')
                .ok_or_else(|| OdooError::value(format!("{external_id} is not module.name")))?;
            self.env.set_external_id(module, name, &seed.model, id)?;
        }
        Ok(())
    }

    fn named(&self, module: &str, name: &str) -> Value {
        self.env.by_external_id(module, name).map_or(Value::Bool(false), |(_, id)| json!(id))
    }
}

fn merge(values: &mut Value, more: Value) {
    if let (Some(values), Value::Object(more)) = (values.as_object_mut(), more) {
        values.extend(more);
    }
}
