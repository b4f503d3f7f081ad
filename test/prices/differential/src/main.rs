//! Reads lines of the pricing contract and answers each with what the `ocpi-tariffs` crate computes for it. Texts are
//! handed on as they stand, so that the time it takes is that of the crate. Only charging periods under OCPI 2.2.1 are
//! understood; anything else is answered with an error.

use std::io::{self, BufRead, BufWriter, Write};

use chrono_tz::Tz;
use ocpi_tariffs::{cdr, json, price, tariff, Price, Version};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    tariff: Option<&'a RawValue>,
    #[serde(borrow)]
    tariffs: Option<Vec<&'a RawValue>>,
    timezone: &'a str,
    #[serde(borrow)]
    session: Session<'a>,
}

#[derive(Deserialize)]
struct Session<'a> {
    #[serde(borrow)]
    start_date_time: &'a RawValue,
    #[serde(borrow)]
    end_date_time: &'a RawValue,
    #[serde(borrow)]
    charging_periods: &'a RawValue,
    credit: Option<bool>,
}

fn main() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut answers = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        answer(line.trim_end(), &mut answers)?;
        line.clear();
    }
    answers.flush()
}

/// Writes the answer to one line; what cannot be priced is said in `error`.
fn answer(line: &str, out: &mut impl Write) -> io::Result<()> {
    let request: Request = match serde_json::from_str(line) {
        Ok(request) => request,
        Err(error) => return writeln!(out, "{{\"id\":null,\"error\":{:?}}}", error.to_string()),
    };
    match priced(&request) {
        Err(error) => writeln!(out, "{{\"id\":{},\"error\":{error:?}}}", request.id),
        Ok(costs) => {
            write!(out, "{{\"id\":{}", request.id)?;
            for (name, cost) in costs {
                write!(out, ",\"{name}\":{}", amount(cost))?;
            }
            writeln!(out, "}}")
        }
    }
}

/// The total and its parts.
fn priced(request: &Request) -> Result<[(&'static str, Option<Price>); 5], String> {
    let zone: Tz = request.timezone.parse().map_err(|_| "the time zone is unknown".to_owned())?;
    let record = wrapped(&request.session);
    let document = json::parse_object(&record).map_err(|error| error.to_string())?;
    let record = cdr::from_json(document, Version::V221).into_parts().0;
    let texts = request.tariffs.iter().flatten().chain(request.tariff.iter());
    let mut tariffs = Vec::with_capacity(1);
    for text in texts {
        let document = json::parse_object(text.get()).map_err(|error| error.to_string())?;
        tariffs.push(tariff::from_json(document, Version::V221).into_parts().0);
    }
    let report = cdr::price(&record, price::TariffSource::Override(tariffs), zone)
        .map_err(|refusal| refusal.into_parts().0.warning().to_string())?
        .into_parts()
        .0;
    Ok([
        ("total_cost", report.total_cost.calculated),
        ("total_fixed_cost", report.total_fixed_cost.calculated),
        ("total_energy_cost", report.total_energy_cost.calculated),
        ("total_time_cost", report.total_charging_time_cost.calculated),
        ("total_parking_cost", report.total_idle_cost.calculated),
    ])
}

/// A session of the contract as a CDR, with those members that the crate asks for before it looks at the periods.
fn wrapped(session: &Session) -> String {
    format!(
        concat!(
            r#"{{"currency":"EUR","start_date_time":{},"end_date_time":{},"charging_periods":{},"credit":{},"#,
            r#""total_cost":{{"excl_vat":0}},"total_energy":0,"total_time":0,"last_updated":{}}}"#
        ),
        session.start_date_time,
        session.end_date_time,
        session.charging_periods,
        session.credit.unwrap_or(false),
        session.end_date_time,
    )
}

/// An amount at four decimals.
fn amount(price: Option<Price>) -> String {
    let Some(Price { excl_vat, incl_vat }) = price else {
        return "null".to_owned();
    };
    let incl = incl_vat.map_or("null".to_owned(), |incl| number(&incl.to_string()));
    format!("{{\"excl_vat\":{},\"incl_vat\":{incl}}}", number(&excl_vat.to_string()))
}

/// The crate puts a sign of currency behind its numbers.
fn number(text: &str) -> String {
    text.trim_end_matches('¤').to_owned()
}
