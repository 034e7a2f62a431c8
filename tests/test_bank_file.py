"""Bank statements of every kind, and files that are none."""

from contextlib import suppress
from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebill.bank_file import MAX_BYTES, Entry, Unreadable, fingerprints, read

DAY = date(2027, 3, 3)


def camt(*entries: str, version: str = "02") -> bytes:
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    inside = "".join(entries)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{space}"><BkToCstmrStmt><Stmt>{inside}</Stmt>'
        "</BkToCstmrStmt></Document>"
    ).encode()


def booked(inside: str = "", amount: str = "5355.00", kind: str = "CRDT", state: str = "<Sts>BOOK</Sts>") -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{kind}</CdtDbtInd>{state}<BookgDt><Dt>2027-03-03</Dt></BookgDt>'
        f"{inside}</Ntry>"
    )


ONE = (
    "<AcctSvcrRef>B-1</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Łoś Verlag</Nm></Dbtr>"
    "<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></RltdPties>"
    "<RmtInf><Ustrd>Rechnung 2027-</Ustrd><Ustrd>0002</Ustrd></RmtInf></TxDtls></NtryDtls>"
)


@pytest.mark.parametrize("version", ["02", "08", "10"])
def test_camt(version: str) -> None:
    new = version != "02"
    state = "<Sts><Cd>BOOK</Cd></Sts>" if new else "<Sts>BOOK</Sts>"
    one = ONE.replace("<Dbtr><Nm>Łoś Verlag</Nm></Dbtr>", "<Dbtr><Pty><Nm>Łoś Verlag</Nm></Pty></Dbtr>") if new else ONE
    found = read(camt(booked(one, state=state), version=version), "EUR", "en")
    entry = Entry(DAY, 535_500, "EUR", "Rechnung 2027- 0002", "Łoś Verlag", "DE89370400440532013000", "B-1")
    assert (found.format, found.entries) == ("camt", (entry,))


@pytest.mark.parametrize(
    "entry",
    [
        booked(kind="DBIT"),
        booked(state="<Sts>PDNG</Sts>"),
        booked(state="<Sts><Cd>INFO</Cd></Sts>"),
        booked("<RvslInd>true</RvslInd>"),
    ],
)
def test_what_did_not_come_in_is_left_out(entry: str) -> None:
    assert read(camt(entry), "EUR", "en").entries == ()


def test_a_collective_entry_is_taken_apart() -> None:
    details = "".join(
        f'<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>'
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
        for amount, text in (("100.00", "first"), ("55.5", "second"))
    )
    inside = f"<AcctSvcrRef>B-2</AcctSvcrRef><NtryDtls>{details}</NtryDtls>"
    found = read(camt(booked(inside, "155.50")), "EUR", "en").entries
    assert [(entry.minor, entry.reference, entry.bank_id) for entry in found] == [
        (10_000, "first", "B-2/1"),
        (5_550, "second", "B-2/2"),
    ]


def test_a_collective_entry_without_amounts_stays_one() -> None:
    inside = "<NtryDtls><TxDtls/><TxDtls/></NtryDtls><AddtlNtryInf>Sammler</AddtlNtryInf>"
    (entry,) = read(camt(booked(inside, "155.50")), "EUR", "en").entries
    assert (entry.minor, entry.reference) == (15_550, "Sammler")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Document>&b;</Document>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "header"),
        (b"x", "header"),
        (b"<", "not_xml"),
        (b"<a></b>", "not_xml"),
        (b"<Document/>", "not_camt"),
        (BOMB.encode(), "doctype"),
        (BOMB.encode("utf-16"), "doctype"),
        (b'<?xml version="1.0"?>' + BOMB.lower().encode(), "doctype"),
        (b"<Document><!-- <!ENTITY --></Document>", "doctype"),
        (b"\xff\xfe\x00", "encoding"),
        (b"a\0b", "encoding"),
        (b"\x89PNG\r\n\x1a\n\x00", "encoding"),
        (camt(booked(amount="1e9")), "row"),
        (camt(booked(amount="-5")), "row"),
        (camt(booked(amount="9" * 17)), "row"),
        (camt(booked(amount="1.005")), "row"),
        (camt(booked().replace("2027-03-03", "2027-02-30")), "row"),
        (camt(booked().replace('Ccy="EUR"', 'Ccy="XXX"')), "row"),
        (b"Date;Amount\n2027-03-03;1e9\n", "row"),
        (b"Date;Amount\n33.03.2027;10\n", "row"),
        (b"Date;Text\n2027-03-03;x\n", "header"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_statement(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as found:
        read(content, "EUR", "en")
    assert found.value.code == code


@pytest.mark.parametrize(
    "content",
    [
        b"date;amount\n2027-03-03;1" + b"x" * 100_000 + b"1",
        b"(" * 100_000 + b";date;amount\n;2027-03-03;" + b"1" * 100_000,
        camt(booked(amount="1" * 4_000_000)),
        b"<a>" * 1_500_000,
    ],
)
def test_no_file_keeps_everybody_waiting(content: bytes) -> None:
    begun = process_time()
    with pytest.raises(Unreadable):
        read(content, "EUR", "en")
    assert process_time() - begun < 2  # it took minutes


def test_more_than_can_be_looked_through() -> None:
    with pytest.raises(Unreadable, match="too_many"):
        read(("Date;Amount\n" + "2027-03-03;1\n" * 5001).encode(), "EUR", "en")


GERMAN = """Umsatzanzeige;;;
Konto;DE89 3704;;

"Buchungstag";"Auftraggeber/Empfänger";"Verwendungszweck";"Betrag (EUR)"
"03.03.2027";"Łoś Verlag";"RE 2027-0002";"5.355,00"
"03.03.27";"Vermieter";"Miete";"-1.200,00"
"""
ENGLISH = """Date,Description,Amount,Currency,Counterparty
2027-03-03,2027-0002,"5,355.00",eur,Los
2027-03-03,x,-5,EUR,
"""
FRENCH = "Date opération;Libellé;Montant;Devise\n03/03/2027;VIR 2027-0002;5355,00;EUR\n;Solde;1,00;EUR\n"


@pytest.mark.parametrize(
    ("text", "encoding", "locale", "reference"),
    [
        (GERMAN, "utf-8", "de", "RE 2027-0002"),
        (GERMAN.replace("Łoś", "Los"), "cp1252", "de", "RE 2027-0002"),
        (GERMAN, "utf-16", "de", "RE 2027-0002"),
        (ENGLISH, "utf-8-sig", "en", "2027-0002"),
        (FRENCH, "cp1252", "fr", "VIR 2027-0002"),
    ],
)
def test_csv(text: str, encoding: str, locale: str, reference: str) -> None:
    found = read(text.encode(encoding), "EUR", locale)
    assert found.format == "csv"
    assert [(entry.booked_on, entry.minor, entry.currency, entry.reference) for entry in found.entries] == [
        (DAY, 535_500, "EUR", reference)
    ]


def test_text_is_tidied() -> None:
    found = read(b"Date;Amount;Reference\n2027-03-03;1;a\x07\x1b[31m  =cmd|x\n", "EUR", "en").entries
    assert found[0].reference == "a [31m =cmd|x"


def test_fingerprints_tell_equal_payments_of_a_day_apart() -> None:
    one = Entry(DAY, 100, "EUR", "same", "Los", "")
    first = fingerprints([one, one])
    assert len(set(first)) == 2
    assert fingerprints([one, one, one])[:2] == first
    assert fingerprints([Entry(DAY, 100, "EUR", "x", "y", "", "id")]) == fingerprints(
        [Entry(DAY, 100, "EUR", "worded otherwise", "", "", "id")]
    )


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    with suppress(Unreadable):
        read(content, "EUR", "en")
