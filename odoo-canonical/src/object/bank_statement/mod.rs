//! What a bank says of an account.

mod rules;
mod sample;
mod status;
pub use status::StatementStatus;

use super::prelude::*;

object! {
    /// Balances and entries of an account for a time (ISO 20022 `camt.053`, MT940; Odoo `account.bank.statement`).
    BankStatement in Finance {
        /// Number of the statement at the bank; for people, not an identity.
        number: Label [None],
        /// Where the statement stands.
        status: StatementStatus [None],
        /// The account.
        account: BankAccount [None],
        /// Currency of all amounts.
        currency: Currency [None],
        /// Whose account it is.
        owner: optional PartyRef [None Party],
        /// The time that it is for.
        period: optional Period [None],
        /// When the bank made it.
        created_at: optional Instant [None],
        /// Place in the sequence of statements (`ElctrncSeqNb`): a gap is a statement that is missing.
        sequence: optional Revision [None],
        /// What was there before; negative when overdrawn (`OPBD`, `PRCD`; Odoo `balance_start`).
        opening: StatementBalance [Financial],
        /// What was there after (`CLBD`; Odoo `balance_end_real`).
        closing: StatementBalance [Financial],
        /// What could be used, where the bank says so (`CLAV`).
        available: optional StatementBalance [Financial],
        /// The entries, in the bank's order.
        entries: list StatementEntry [None],
        /// Documents that the statement refers to.
        refs: list DocumentRef [None],
    }
}

record! {
    /// A balance at the end of a day.
    StatementBalance in Finance {
        /// The balance; negative when overdrawn.
        amount: Decimal [Financial],
        /// The day.
        date: optional LocalDate [None],
    }
}

code_list! {
    /// Whether an entry adds or takes off (`CdtDbtInd`).
    EntryDirection, "entry direction", "Whether an entry adds to the balance or takes off." {
        /// It adds.
        Credit = "credit",
        /// It takes off.
        Debit = "debit",
    }
}

code_list! {
    /// Whether an entry counts (`Sts`).
    EntryStatus, "entry status", "Whether an entry counts in the balance." {
        /// It counts.
        Booked = "booked",
        /// It may come, and does not count.
        Pending = "pending",
        /// It is there for information, and does not count.
        Information = "information",
    }
}

record! {
    /// One movement of money (Odoo `account.bank.statement.line`).
    StatementEntry in Finance {
        /// Names the entry among all of the account, for good: the bank's reference, or made from its content and its place
        /// among equals.
        entry_id: Label [None],
        /// Whether it counts.
        status: EntryStatus [None],
        /// Whether it adds or takes off.
        direction: EntryDirection [None],
        /// How much; never negative, the direction says which way, also for reversals.
        amount: Decimal [Financial],
        /// Whether it takes back an earlier entry (`RvslInd`).
        reversal: default bool [None],
        /// The day on which it was booked.
        booked_on: optional LocalDate [None],
        /// The day from which it bears interest.
        value_date: optional LocalDate [None],
        /// Who is on the other side, as the bank has it.
        counterparty: optional Label [Contact],
        /// The account on the other side.
        counterparty_account: optional BankAccount [None],
        /// The payer's reference (`EndToEndId`).
        end_to_end_id: optional Label [None],
        /// The bank's reference (`AcctSvcrRef`).
        bank_reference: optional Label [None],
        /// What kind of movement (`BkTxCd`).
        transaction_code: optional Code [None],
        /// Creditor reference.
        structured_reference: optional Label [None],
        /// What it is for, in words.
        remittance: optional Text [FreeText],
        /// The amount in the currency in which it was paid.
        original: optional Money [Financial],
        /// The parts of a batch, which add up to the amount; each may be matched by itself, none is booked by itself.
        details: list EntryDetail [None],
    }
}

record! {
    /// One payment of a batch.
    EntryDetail in Finance {
        /// How much of the entry.
        amount: Decimal [Financial],
        /// Who is on the other side.
        counterparty: optional Label [Contact],
        /// The other party's account.
        counterparty_account: optional BankAccount [None],
        /// The payer's reference.
        end_to_end_id: optional Label [None],
        /// The bank's reference for this part (ISO 20022 `AcctSvcrRef`).
        bank_reference: optional Label [None],
        /// Structured creditor reference (ISO 11649 or national).
        structured_reference: optional Label [None],
        /// What it is for, in words.
        remittance: optional Text [FreeText],
    }
}

impl CanonicalObject for BankStatement {
    const KIND: ObjectKind = ObjectKind::BankStatement;
    const EXAMPLE: &'static str = include_str!("example.json");
    const RULES: &'static [&'static [Rule]] = &[rule::COMMON, rule::MONETARY, rules::RULES];
    const STATUS: Option<StatusMachine> = Some(StatementStatus::MACHINE);

    fn status(&self) -> Option<&'static str> {
        Some(self.status.as_str())
    }

    fn check(&self, report: &mut Report) {
        rules::check(self, report);
    }

    fn sample(sampler: &mut Sampler) -> Result<Self, ContractError> {
        sample::sample(sampler)
    }
}
