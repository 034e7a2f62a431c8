"""Who sells and who buys in the scenarios: a company of each country, as its settings or its acceptance say."""

from typing import Any

LEITWEG = "04011000-1234512345-06"
GERMANY: dict[str, Any] = {
    "name": "Agentur Elbe",
    "email": "rechnung@elbe.example",
    "phone": "+49 40 123456",
    "legal_name": "Agentur Elbe GmbH",
    "address_line_1": "Große Bleichen 5",
    "post_code": "20354",
    "city": "Hamburg",
    "country_code": "DE",
    "tax_id": "DE136695976",
    "registration_id": "HRB 12345",
    "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
    "locale": "de",
}
SWEDEN = {
    "name": "Studio Lindqvist",
    "legal_name": "Studio Lindqvist AB",
    "address_line_1": "Sveavägen 12",
    "post_code": "111 57",
    "city": "Stockholm",
    "country_code": "SE",
    "tax_id": "SE556677889901",
    "registration_id": "556677-8899",
    "iban": "SE4550000000058398257466",
    "currency": "SEK",
    "locale": "en",
}
BRITAIN = {
    "name": "Thornfield Studio",
    "legal_name": "Thornfield Studio Ltd",
    "address_line_1": "1 Market Street",
    "post_code": "LS1 4DY",
    "city": "Leeds",
    "country_code": "GB",
    "tax_id": "GB 980 7806 84",
    "registration_id": "01234567",
    "iban": "GB29NWBK60161331926819",
    "bic": "NWBKGB2L",
    "currency": "GBP",
    "locale": "en_GB",
}
SWITZERLAND = {
    "name": "Atelier Limmat",
    "legal_name": "Atelier Limmat GmbH",
    "address_line_1": "Limmatquai 4",
    "post_code": "8001",
    "city": "Zürich",
    "country_code": "CH",
    "tax_id": "CHE-116.281.710 MWST",
    "iban": "CH9300762011623852957",
    "currency": "CHF",
    "locale": "de_CH",
}
JAPAN = {
    "name": "Aoba Design",
    "legal_name": "Aoba Design K.K.",
    "address_line_1": "1-2-3 Jingumae",
    "post_code": "150-0001",
    "city": "Tokyo",
    "country_code": "JP",
    "tax_id": "T7000012050002",
    "iban": "",
    "currency": "JPY",
    "locale": "en",
    "payment_text": "Mizuho Bank, Shibuya, ordinary account 1234567",
}
CANADA = {
    "name": "Cedar & Co.",
    "legal_name": "Cedar & Co. Inc.",
    "address_line_1": "1 Market Street",
    "post_code": "T2P 1J9",
    "city": "Calgary",
    "country_subdivision": "AB",
    "country_code": "CA",
    "tax_id": "123456782RT0001",
    "iban": "",
    "currency": "CAD",
    "locale": "en_CA",
}
NETHERLANDS = {
    "name": "Bureau Zaan",
    "legal_name": "Bureau Zaan B.V.",
    "address_line_1": "Zaanstraat 8",
    "post_code": "1506 AA",
    "city": "Zaandam",
    "country_code": "NL",
    "tax_id": "NL004495445B01",
    "registration_id": "12345678",
    "iban": "NL91ABNA0417164300",
    "locale": "en",
}

GERMAN = {
    "legal_name": "Spree Verlag GmbH",
    "address_line_1": "Torstraße 1",
    "post_code": "10119",
    "city": "Berlin",
    "country_code": "DE",
    "tax_id": "DE811907980",
}
FRENCH = {
    "legal_name": "Maison Calvet SAS",
    "address_line_1": "3 quai des Chartrons",
    "post_code": "33000",
    "city": "Bordeaux",
    "country_code": "FR",
    "tax_id": "FR40303265045",
    "registration_id": "303 265 045",
}
GREEK = {
    "legal_name": "Εκδόσεις Ακτή Α.Ε.",
    "address_line_1": "Σταδίου 7",
    "post_code": "105 62",
    "city": "Αθήνα",
    "country_code": "GR",
    "tax_id": "EL094259216",
}
AMERICAN = {
    "legal_name": "Bowery Books Inc.",
    "address_line_1": "350 Bowery",
    "post_code": "10012",
    "city": "New York",
    "country_subdivision": "NY",
    "country_code": "US",
    "tax_id": "12-3456789",
}
BRITON = {
    "legal_name": "Harbour Trust Ltd",
    "address_line_1": "12 Station Road",
    "post_code": "BS1 6QF",
    "city": "Bristol",
    "country_code": "GB",
}
SWISS = {
    "legal_name": "Seeblick AG",
    "address_line_1": "Seestrasse 9",
    "post_code": "6003",
    "city": "Luzern",
    "country_code": "CH",
}
SWEDE = {
    "legal_name": "Bokhandeln AB",
    "address_line_1": "Götgatan 3",
    "post_code": "116 46",
    "city": "Stockholm",
    "country_code": "SE",
    "tax_id": "SE556012579001",
}
JAPANESE = {
    "legal_name": "Midori Tea K.K.",
    "address_line_1": "4-5 Gion",
    "post_code": "605-0074",
    "city": "Kyoto",
    "country_code": "JP",
}
DUTCH = {
    "legal_name": "Waterland Media B.V.",
    "address_line_1": "Damrak 1",
    "post_code": "1012 LG",
    "city": "Amsterdam",
    "country_code": "NL",
    "tax_id": "NL004495445B01",
    "registration_id": "87654321",
}
ISRAELI = {
    "legal_name": "הוצאת ספרים ים תיכון בע״מ",
    "address_line_1": "רחוב הרצל 12",
    "post_code": "6688102",
    "city": "תל אביב",
    "country_code": "IL",
    "tax_id": "514123456",
}
