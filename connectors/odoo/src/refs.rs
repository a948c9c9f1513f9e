//! What records refer to and do not bring along: countries, states, taxes, pricelists, languages. Read in bulk, kept for a while, and
//! never guessed: what is not there, or is there twice, is refused with what to do.

use std::collections::{BTreeMap, BTreeSet};

use connector_core::canonical::object::LineTax;
use connector_core::canonical::value::{Country, Currency, Decimal, Language, Subdivision, UnitCode};
use connector_core::contract::Rejection;
use connector_core::retry::{Cause, Delivery, Failure};
use odoo_rpc::{Domain, SearchOptions};
use serde_json::Value;

use crate::config::Config;
use crate::error::{failure, refuse};
use crate::precision::Precision;
use crate::session::{Odoo, Row, id_of, name_of, text};
use crate::units;

/// What was looked up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refs {
    /// The company and its currency.
    pub(crate) company: i64,
    pub(crate) currency: String,
    /// To how many decimals lines are kept.
    pub(crate) precision: Precision,
    countries: BTreeMap<String, i64>,
    states: BTreeMap<(i64, String), i64>,
    languages: BTreeSet<String>,
    taxes: Vec<Tax>,
    pricelists: Vec<(i64, String)>,
    settings: Settings,
}

/// The parts of the configuration that decide look-ups.
#[derive(Debug, Clone, Default)]
struct Settings {
    taxes: BTreeMap<String, i64>,
    pricelists: BTreeMap<String, i64>,
    states: BTreeMap<String, Option<i64>>,
    units: BTreeMap<String, String>,
}

/// A sales tax in per cent that is not included in prices.
#[derive(Debug, Clone)]
struct Tax {
    id: i64,
    name: String,
    rate: Decimal,
}

impl Refs {
    /// Reads everything once.
    pub(crate) async fn read(odoo: &Odoo, config: &Config) -> Result<Self, Failure> {
        let all = |model: &'static str, domain: Domain, fields: &'static [&'static str]| async move {
            let options = SearchOptions::new().order("id");
            odoo.client.search_read(model, domain, fields, options).await.map_err(|e| failure(&e))
        };
        let companies = all("res.company", Domain::all(), &["name", "currency_id"]).await?;
        let company = the_company(config, &companies)?;
        let countries = all("res.country", Domain::all(), &["code"]).await?;
        let states = all("res.country.state", Domain::all(), &["code", "country_id"]).await?;
        let languages = all("res.lang", Domain::eq("active", true), &["code"]).await?;
        let taxes = Domain::eq("type_tax_use", "sale").and(Domain::eq("amount_type", "percent"));
        let taxes = all("account.tax", taxes, &["name", "amount", "price_include", "company_id"]).await?;
        let pricelists = all("product.pricelist", Domain::all(), &["currency_id", "company_id"]).await?;
        let precision = Precision::read(odoo).await.map_err(|e| failure(&e))?;
        let own = |row: &Row| id_of(row, "company_id").is_none_or(|id| Some(id) == id_of(company, "id"));
        Ok(Refs {
            company: id_of(company, "id").unwrap_or_default(),
            currency: name_of(company, "currency_id").to_owned(),
            precision,
            countries: countries
                .iter()
                .filter_map(|row| Some((text(row, "code").to_owned(), id_of(row, "id")?)))
                .collect(),
            states: states
                .iter()
                .filter_map(|row| {
                    Some(((id_of(row, "country_id")?, text(row, "code").to_owned()), id_of(row, "id")?))
                })
                .collect(),
            languages: languages.iter().map(|row| text(row, "code").to_owned()).collect(),
            taxes: taxes.iter().filter(|row| own(row)).filter_map(tax).collect(),
            pricelists: pricelists
                .iter()
                .filter(|row| own(row))
                .filter_map(|row| Some((id_of(row, "id")?, name_of(row, "currency_id").to_owned())))
                .collect(),
            settings: Settings {
                taxes: config.taxes.clone(),
                pricelists: config.pricelists.clone(),
                states: config.states.clone(),
                units: config.units.clone(),
            },
        })
    }

    /// How many sales taxes can be used.
    pub(crate) fn tax_count(&self) -> usize {
        self.taxes.len()
    }

    pub(crate) fn has_language(&self, code: &str) -> bool {
        self.languages.contains(code)
    }

    pub(crate) fn country(&self, country: Country, path: &str) -> Result<i64, Rejection> {
        self.countries.get(country.as_str()).copied().ok_or_else(|| {
            let message = format!(
                "Odoo has no country with the code {country}; add it, or correct the code at the source"
            );
            refuse("country_not_found", format!("{path}/country"), message)
        })
    }

    /// The state; `None` where the configuration says to leave it out.
    pub(crate) fn state(&self, state: &Subdivision, path: &str) -> Result<Option<i64>, Rejection> {
        if let Some(mapped) = self.settings.states.get(&state.to_string()) {
            return Ok(*mapped);
        }
        let country = self.country(state.country(), path)?;
        let found = self.states.get(&(country, state.local_code().to_owned())).copied();
        found.map(Some).ok_or_else(|| {
            let message = format!(
                "Odoo has no state {} in {}; add it, or map \"{state}\" under `states` (null leaves the state out)",
                state.local_code(),
                state.country()
            );
            refuse("state_not_found", format!("{path}/subdivision"), message)
        })
    }

    /// Odoo's code of a language, if it is installed. `en-US` is `en_US`; `de` is any installed German.
    pub(crate) fn language(&self, language: &Language) -> Option<&str> {
        let exact = language.as_str().replace('-', "_");
        let begins = format!("{}_", language.primary());
        let whole = self.languages.iter().find(|code| **code == exact);
        whole.or_else(|| self.languages.iter().find(|code| code.starts_with(&begins))).map(String::as_str)
    }

    /// The pricelist that puts an order into this currency; `None`: the company's currency needs none.
    pub(crate) fn pricelist(&self, currency: Currency) -> Result<Option<i64>, Rejection> {
        if let Some(id) = self.settings.pricelists.get(currency.as_str()) {
            return Ok(Some(*id));
        }
        if currency.as_str() == self.currency {
            return Ok(None);
        }
        let mut fitting = self.pricelists.iter().filter(|(_, name)| name == currency.as_str());
        match (fitting.next(), fitting.next()) {
            (Some((id, _)), None) => Ok(Some(*id)),
            (Some(_), Some(_)) => {
                let message = format!(
                    "Odoo has several pricelists in {currency}; choose one under `pricelists` in the configuration"
                );
                Err(refuse("pricelist_ambiguous", "/currency", message))
            }
            (None, _) => {
                let message =
                    format!("Odoo has no pricelist in {currency}; make one (the prices come with the order)");
                Err(refuse("pricelist_not_found", "/currency", message))
            }
        }
    }

    /// The sales taxes of a line, for a cell of `load`.
    pub(crate) fn taxes(&self, taxes: &[LineTax], path: &str) -> Result<Vec<i64>, Rejection> {
        let mut ids = Vec::with_capacity(taxes.len());
        for (index, wanted) in taxes.iter().enumerate() {
            let path = format!("{path}/taxes/{index}");
            let id = self.tax(wanted, &path)?;
            if ids.contains(&id) {
                let message = format!(
                    "two taxes of {} % on one line mean the same tax of Odoo, which counts once; give them different names in Odoo",
                    wanted.rate
                );
                return Err(refuse("tax_twice", path, message));
            }
            ids.push(id);
        }
        Ok(ids)
    }

    fn tax(&self, wanted: &LineTax, path: &str) -> Result<i64, Rejection> {
        let rate = wanted.rate.percent();
        let mapped = self.settings.taxes.iter().find(|(code, _)| {
            let (category, number) = match code.rsplit_once(':') {
                Some((category, number)) => (Some(category), number),
                None => (None, code.as_str()),
            };
            category.is_none_or(|category| category == wanted.category.as_str())
                && number.parse::<Decimal>().is_ok_and(|number| number == rate)
                // `E:0` wins over `0`.
                && (category.is_some() || !self.has_category_mapping(wanted, rate))
        });
        if let Some((_, id)) = mapped {
            return Ok(*id);
        }
        let fitting: Vec<&Tax> = self.taxes.iter().filter(|tax| tax.rate == rate).collect();
        if let [only] = fitting.as_slice() {
            return Ok(only.id);
        }
        let name = wanted.name.as_ref().map(|name| name.as_str());
        let named: Vec<&&Tax> = fitting.iter().filter(|tax| Some(tax.name.as_str()) == name).collect();
        if let [only] = named.as_slice() {
            return Ok(only.id);
        }
        if fitting.is_empty() {
            let message = format!(
                "Odoo has no active sales tax of {rate} % on top of the price in this company; make one, or map \"{rate}\" under `taxes`"
            );
            return Err(refuse("tax_not_found", path, message));
        }
        let message = format!(
            "Odoo has {} sales taxes of {rate} %; choose one under `taxes` in the configuration",
            fitting.len()
        );
        Err(refuse("tax_ambiguous", path, message))
    }

    fn has_category_mapping(&self, wanted: &LineTax, rate: Decimal) -> bool {
        self.settings.taxes.keys().filter_map(|code| code.rsplit_once(':')).any(|(category, number)| {
            category == wanted.category.as_str()
                && number.parse::<Decimal>().is_ok_and(|number| number == rate)
        })
    }

    /// The external id of the unit that counts single things.
    pub(crate) fn unit_of_one(&self) -> &str {
        units::external_id(&self.settings.units, "C62").unwrap_or("uom.product_uom_unit")
    }

    /// The external id of a unit.
    pub(crate) fn unit(&self, unit: &UnitCode, path: &str) -> Result<&str, Rejection> {
        units::external_id(&self.settings.units, unit.as_str()).ok_or_else(|| {
            let message = format!("no unit of Odoo is known for {unit}; map it to an external id under `units` in the configuration");
            refuse("unit_not_found", path, message)
        })
    }
}

fn the_company<'a>(config: &Config, companies: &'a [Row]) -> Result<&'a Row, Failure> {
    let fault = |message: String| Failure::new(Delivery::NotSent, Cause::Permanent, "company", message);
    match (config.company_id, companies) {
        (Some(id), _) => companies.iter().find(|row| id_of(row, "id") == Some(id)).ok_or_else(|| {
            fault(format!("the user does not see company {id}; allow it, or correct `company_id`"))
        }),
        (None, [only]) => Ok(only),
        (None, []) => Err(fault("the user sees no company".into())),
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|row| text(row, "name")).collect();
            Err(fault(format!(
                "the user sees several companies ({}); say which with `company_id`",
                names.join(", ")
            )))
        }
    }
}

fn tax(row: &Row) -> Option<Tax> {
    if row.get("price_include").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    let rate = decimal(row, "amount")?;
    Some(Tax { id: id_of(row, "id")?, name: text(row, "name").to_owned(), rate })
}

/// A number field, exactly as its text reads: Odoo's floats come in their shortest form.
pub(crate) fn decimal(row: &Row, field: &str) -> Option<Decimal> {
    match row.get(field)? {
        Value::Number(number) => Decimal::from_json_number_text(&number.to_string()).ok(),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    pub(crate) fn refs() -> Refs {
        let tax = |id, name: &str, rate: &str| Tax { id, name: name.into(), rate: rate.parse().unwrap() };
        Refs {
            company: 1,
            currency: "USD".into(),
            precision: Precision::default(),
            countries: BTreeMap::from([("US".into(), 233), ("GB".into(), 231)]),
            states: BTreeMap::from([((233, "CA".into()), 13)]),
            languages: BTreeSet::from(["en_US".into(), "fr_BE".into()]),
            taxes: vec![
                tax(5, "8.25%", "8.25"),
                tax(3, "Export", "0"),
                tax(9, "Exempt", "0"),
                tax(1, "15%", "15"),
            ],
            pricelists: vec![(4, "EUR".into()), (5, "GBP".into()), (6, "GBP".into())],
            settings: Settings {
                taxes: BTreeMap::from([("20".into(), 70), ("E:20".into(), 71), ("O:0".into(), 72)]),
                states: BTreeMap::from([("GB-ENG".into(), None)]),
                ..Settings::default()
            },
        }
    }

    fn line_tax(category: &str, rate: &str, name: Option<&str>) -> LineTax {
        let mut tax: LineTax = serde_json::from_value(json!({"category": category, "rate": rate})).unwrap();
        tax.name = name.map(|name| name.parse().unwrap());
        tax
    }

    #[test]
    fn taxes_are_found_by_rate_name_or_configuration_and_never_guessed() {
        let refs = refs();
        for (category, rate, name, expected) in [
            ("S", "8.25", None, Ok(5)),
            ("S", "8.250", Some("anything"), Ok(5)),
            ("S", "20", None, Ok(70)),
            ("E", "20.0", None, Ok(71)),
            ("O", "0", None, Ok(72)),
            ("G", "0", Some("Export"), Ok(3)),
            ("G", "0", None, Err("tax_ambiguous")),
            ("S", "7.5", None, Err("tax_not_found")),
        ] {
            let found = refs.taxes(&[line_tax(category, rate, name)], "/lines/0");
            let found = found.as_deref().map_err(|rejection| rejection.code.as_str());
            assert_eq!(
                found,
                expected.as_ref().map(std::slice::from_ref).map_err(|code| *code),
                "{category} {rate}"
            );
        }
        let twice =
            refs.taxes(&[line_tax("S", "15", None), line_tax("S", "15", None)], "/lines/0").unwrap_err();
        assert_eq!((twice.code.as_str(), twice.path.as_deref()), ("tax_twice", Some("/lines/0/taxes/1")));
    }

    #[test]
    fn places_currencies_and_languages() {
        let refs = refs();
        assert_eq!(refs.state(&"US-CA".parse().unwrap(), "/a").unwrap(), Some(13));
        assert_eq!(refs.state(&"GB-ENG".parse().unwrap(), "/a").unwrap(), None);
        assert_eq!(refs.state(&"US-ZZ".parse().unwrap(), "/a").unwrap_err().code, "state_not_found");
        assert_eq!(refs.country("DE".parse().unwrap(), "/a").unwrap_err().code, "country_not_found");
        assert_eq!(refs.pricelist("USD".parse().unwrap()).unwrap(), None);
        assert_eq!(refs.pricelist("EUR".parse().unwrap()).unwrap(), Some(4));
        assert_eq!(refs.pricelist("GBP".parse().unwrap()).unwrap_err().code, "pricelist_ambiguous");
        assert_eq!(refs.pricelist("CHF".parse().unwrap()).unwrap_err().code, "pricelist_not_found");
        assert_eq!(refs.language(&"en-US".parse().unwrap()), Some("en_US"));
        assert_eq!(refs.language(&"fr".parse().unwrap()), Some("fr_BE"));
        assert_eq!(refs.language(&"de".parse().unwrap()), None);
        assert_eq!(refs.unit(&"XPX".parse().unwrap(), "/u").unwrap_err().code, "unit_not_found");
    }

    #[test]
    fn one_company_or_the_one_that_is_configured() {
        let row = |id: i64| json!({"id": id, "name": format!("C{id}")}).as_object().unwrap().clone();
        let mut config = Config::new("https://h", "d", "l", "s", "x");
        assert!(the_company(&config, &[row(1)]).is_ok());
        let several = the_company(&config, &[row(1), row(2)]).unwrap_err();
        assert!(several.message.contains("C1, C2"), "{several}");
        config.company_id = Some(2);
        assert_eq!(id_of(the_company(&config, &[row(1), row(2)]).unwrap(), "id"), Some(2));
        assert!(the_company(&config, &[row(1)]).is_err());
    }
}
