#!/usr/bin/env python3
"""Check receipts of milebill without the installation that issued them, and without anything but Python.

    python3 verify_receipt.py receipt-7F3K2-M9QPX.json [more files of the same project …]

Exit code 0: everything in the files fits together. 1: something was changed. 2: a file is no receipt, or a newer one.
The format is described in docs/proof.md. Nothing is written and nothing is sent anywhere.
"""

import argparse
import hashlib
import json
import sys

FORMAT, VERSION = "milebill-receipt", 2
MAX_BYTES, MAX_DEPTH, MAX_LATER, MAX_NUMBER = 256 * 1024, 20, 2000, 2**63
BEFORE_THE_FIRST = "0" * 64
EVENT_KINDS = {"acceptance": "quote_accepted", "sign_off": "milestone_signed_off"}
LIMITS = """What this can't prove:
  - That the receipt was issued at all: whoever makes everything up can compute fitting hashes for it. The address
    /verify of the installation that issued it says whether it is known there. A copy that you got earlier, as
    a PDF or in a mail, shows the same hashes if it is genuine.
  - Who sat at the keyboard: the receipt names the person whose link was used. If it says that the supplier held the
    link too, it proves less. If the supplier recorded it on the client's behalf, no link was used at all: ask for the
    file that it names, and compare its SHA-256.
  - That the clock of that machine was right, or what was shown beyond its hash. Keep the quote's PDF with the receipt.
  - That nothing was changed in lines of the history that your files don't reach. Two receipts of one project, checked
    together, show that the history between them is one and the same."""


class Unreadable(Exception):
    """This is no receipt that we can read; the message says why."""


def canonical_bytes(content):
    """JSON with sorted names, no spaces and plain UTF-8; floats have no one text and are refused."""
    for value, _depth in walk(content):
        if isinstance(value, float):
            raise TypeError("a float in content that is hashed")
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(content):
    """SHA-256 of the canonical form."""
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def commitment(salt, content):
    """What the chain holds of an event: SHA-256 over the salt's bytes and the content's."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical_bytes(content)).hexdigest()


def link_hash(previous, sequence, committed):
    """The hash of a line of the history, from which the next one continues."""
    return hashlib.sha256(f"milebill-chain-1\n{previous}\n{sequence}\n{committed}".encode()).hexdigest()


def walk(found):
    """Every value and name, with how deep it stands."""
    waiting = [(found, 1)]
    for value, depth in waiting:  # grows while it is walked
        yield value, depth
        if isinstance(value, dict):
            waiting.extend((inner, depth + 1) for pair in value.items() for inner in pair)
        elif isinstance(value, list):
            waiting.extend((inner, depth + 1) for inner in value)


def read(raw):
    """The file's content, in the right shape. Raises Unreadable."""
    if len(raw) > MAX_BYTES:
        raise Unreadable("it is larger than any receipt")
    try:
        found = json.loads(
            raw.decode("utf-8-sig"), parse_float=no_number, parse_constant=no_number, parse_int=whole,
            object_pairs_hook=no_twins,
        )  # fmt: skip
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None
    except ValueError:
        raise Unreadable("it is no JSON") from None
    for value, depth in walk(found):
        if depth > MAX_DEPTH:
            raise Unreadable("it is nested too deeply")
        if isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value):
            raise Unreadable("it contains half a character")
    check_shape(found)
    return found


def no_number(_text):
    raise Unreadable("it contains a number with decimals")


def whole(text):
    if len(text) > 20 or abs(int(text)) >= MAX_NUMBER:
        raise Unreadable("it contains a number that is too large")
    return int(text)


def no_twins(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("it says something twice")
    return found


def check_shape(found):
    """Raises Unreadable unless every name is there, no other one, and each holds what it should."""
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Unreadable("it is no receipt of milebill")
    if type(found.get("version")) is int and found["version"] > VERSION:
        raise Unreadable("it is of a newer version, so a newer script is needed")
    if not (has(found, "format", "version", "receipt", "receipt_hash", "event", "later", "head")
            and is_hash(found["receipt_hash"]) and is_receipt(found["receipt"], found["version"])
            and is_event(found["event"]) and isinstance(found["later"], list) and len(found["later"]) <= MAX_LATER
            and all(map(is_hash, found["later"])) and has(found["head"], "sequence", "hash")
            and is_count(found["head"]["sequence"]) and is_hash(found["head"]["hash"])):  # fmt: skip
        raise Unreadable("something in it is missing, or is not what it should be")


def has(value, *names):
    return isinstance(value, dict) and value.keys() == set(names)


def is_receipt(value, version):
    """Version 2 is an acceptance that the supplier recorded on the client's behalf, and nothing else."""
    if not isinstance(value, dict) or type(version) is not int or type(value.get("version")) is not int:
        return False
    behalf = value.get("kind") == "acceptance" and isinstance(value.get("on_behalf"), dict)
    if value["version"] != version or not (behalf if version == 2 else version == 1 and "on_behalf" not in value):
        return False
    number, place = value.get("number"), value.get("event")
    if not isinstance(number, str) or not 0 < len(number) <= 16 or not (number.isascii() and number.isprintable()):
        return False
    hashes = "commitment", "previous_hash", "hash"
    known = has(place, "sequence", "version", *hashes)
    return known and is_one(place["version"]) and is_count(place["sequence"]) and all(is_hash(place[n]) for n in hashes)


def is_event(value):
    if value is None:
        return True
    return has(value, "content", "salt") and isinstance(value["content"], dict) and is_hash(value["salt"])


def is_hash(value):
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")


def is_one(value):
    return type(value) is int and value == 1


def is_count(value):
    return type(value) is int and 0 < value < MAX_NUMBER


def same_story(receipt, event):
    """Whether the event is the one that the receipt is about."""
    actor, data, who = (part if isinstance(part, dict) else {} for part in
                        (event.get("actor"), event.get("data"), receipt.get("who")))  # fmt: skip
    kind, behalf = receipt.get("kind"), receipt.get("on_behalf")
    acts = behalf.get("recorded_by") if isinstance(behalf, dict) else who.get("name")
    told = [event.get("workspace"), event.get("sequence"), event.get("at"), event.get("shown"), event.get("kind"),
            actor.get("name"), actor.get("link"), data.get("receipt"), data.get("consent"),
            data.get("on_behalf")]  # fmt: skip
    return told == [receipt.get("workspace"), receipt["event"]["sequence"], receipt.get("at"),
                    receipt.get("content_hash"), EVENT_KINDS.get(str(kind), kind), acts, who.get("link"),
                    receipt.get("number"), receipt.get("consent"), behalf]  # fmt: skip


def places(found):
    """The hash of each line of the history that the file knows of, by its number."""
    place = found["receipt"]["event"]
    sequence, head = place["sequence"], place["hash"]
    known = {sequence - 1: place["previous_hash"], sequence: head}
    for committed in found["later"]:
        sequence += 1
        head = link_hash(head, sequence, committed)
        known[sequence] = head
    return known


def check(found):
    """What was checked of one file: a list of (whether it holds, or None where it could not be checked, in words)."""
    receipt, event = found["receipt"], found["event"]
    place = receipt["event"]
    checked = [(digest(receipt) == found["receipt_hash"], "the receipt is what its hash was made of")]
    if event is None:
        checked.append((None, "the event's own content is not in the file, so its commitment was not made again"))
    else:
        fits = commitment(event["salt"], event["content"]) == place["commitment"]
        checked.append((fits, "the event's content and salt give its commitment"))
        checked.append((same_story(receipt, event["content"]), "the event tells of the same as the receipt"))
    own = link_hash(place["previous_hash"], place["sequence"], place["commitment"])
    first = (place["sequence"] == 1) == (place["previous_hash"] == BEFORE_THE_FIRST)
    checked.append((own == place["hash"] and first, f"line {place['sequence']} of the history has the hash it should"))
    known, count = places(found), len(found["later"])
    end = {"sequence": max(known), "hash": known[max(known)]}
    checked.append((found["head"] == end, f"{count} later lines lead on to line {end['sequence']}"))
    return checked


def compare(files):
    """What several files say of each other: the same as `check`, for each pair of one supplier's history."""
    checked = []
    for at, one in enumerate(files):
        for other in files[at + 1 :]:
            if one["receipt"].get("workspace") != other["receipt"].get("workspace"):
                continue
            names = f"{one['receipt']['number']} and {other['receipt']['number']}"
            mine, theirs = places(one), places(other)
            common = mine.keys() & theirs.keys()
            if not common:
                words = f"{names}: no line in common; download the older one again, it then reaches to the newer"
                checked.append((None, words))
            else:
                fits = all(mine[sequence] == theirs[sequence] for sequence in common)
                checked.append((fits, f"{names} stand in one and the same history"))
    return checked


def headline(receipt):
    """Who, what and when, as the receipt says it."""
    seller, who = receipt.get("seller"), receipt.get("who")
    behalf = receipt.get("on_behalf")
    recorded = f"recorded by “{behalf.get('recorded_by')}” on behalf of" if isinstance(behalf, dict) else "signed"
    parts = [receipt.get("kind"), f"{recorded} “{who.get('name')}”" if isinstance(who, dict) else "", receipt.get("at")]
    if isinstance(seller, dict):
        parts.append(f"for {seller.get('name')}")
    return plain(f"Receipt {receipt['number']}: " + ", ".join(str(part) for part in parts if part))


def plain(text):
    """Text from a file must not steer the terminal."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)[:400]


def report(checked):
    """Print what was checked; return whether nothing failed."""
    words = {True: "holds", False: "DOES NOT HOLD", None: "not checked"}
    for holds, text in checked:
        print(f"  {words[holds]:13}  {plain(text)}")
    return all(holds is not False for holds, _text in checked)


def main(arguments=None):
    """Check the files that the command line names, and return the exit code."""
    parser = argparse.ArgumentParser(description="Check receipts of milebill, offline.")
    parser.add_argument("files", nargs="+", metavar="receipt.json")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a terminal that knows no “ must not end the check
    files, whole_ones = [], True
    for name in parser.parse_args(arguments).files:
        try:
            with open(name, "rb") as file:  # noqa: PTH123  (one import less to look at)
                files.append(read(file.read(MAX_BYTES + 1)))
        except OSError as error:
            print(f"{plain(name)} can't be read: {plain(str(error.strerror))}", file=sys.stderr)
            return 2
        except Unreadable as error:
            print(f"{plain(name)} can't be checked: {error}.", file=sys.stderr)
            return 2
        print(headline(files[-1]["receipt"]))
        whole_ones &= report(check(files[-1]))
    whole_ones &= report(compare(files))
    print("\nEverything in it fits together." if whole_ones else "\nThis is NOT what was issued.")
    print(f"\n{LIMITS}")
    return 0 if whole_ones else 1


if __name__ == "__main__":
    sys.exit(main())
