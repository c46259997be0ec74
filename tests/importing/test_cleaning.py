"""What cleaning takes out of a text, and what it leaves."""

import pytest

from topicdesk.importing.cleaning import CLEANING, cleaned, without_addresses, without_html, without_mail_frame

HTML = [
    ("<p>Some <b>bold</b> words.</p><p>More</p>", "Some bold words.\n\nMore"),
    ("one<br/>two<BR>three", "one\ntwo\nthree"),
    ('see <a href="x>y">the page</a> &amp; go', "see the page & go"),
    ("&lt;b&gt;bold&lt;/b&gt; and &quot;said&quot;", 'bold and "said"'),
    ("before <!-- a\nremark --> after<style>p {}</style><script>if (a<b) {}</script>.", "before after."),
    ("a&nbsp;b", "a b"),
]


@pytest.mark.parametrize(("text", "plain"), HTML)
def test_that_html_becomes_plain_text(text, plain):
    assert without_html(text) == plain


@pytest.mark.parametrize("text", ["a < b and c > d", "I <3 it", "x<y>z", "<someone@mail.org> wrote", "AT&T; R&D", "a <!-- b", "List<String>  two  spaces"])
def test_that_what_only_looks_like_html_stays_to_the_letter(text):
    assert without_html(text) is text


ADDRESSES = [
    ("Look at https://example.org/a?b=c, please.", "Look at, please."),
    ("available at http://x.org/y. And", "available at. And"),
    ("www.example.com is down", "is down"),
    ("no dots in www.here", "no dots in www.here"),
    ("(see http://example.org)", "(see)"),
    ("write to a@b.org", "write to a@b.org"),
]


@pytest.mark.parametrize(("text", "plain"), ADDRESSES)
def test_that_web_addresses_go_and_punctuation_stays(text, plain):
    assert without_addresses(text) == plain


MAILS = [
    ("From: a@b.org\nTo: c@d.org\nSubject: Fish\n\nI like fish.\n-- \nA. B.\nTel. 1", "I like fish."),
    ("Von: Anna\nGesendet: Montag\nBetreff: Fisch\n\nIch mag Fisch.\n\nVon meinem iPhone gesendet\n", "Ich mag Fisch."),
    ("Received: by x\n  with y\nDate: today\n\nWords", "Words"),
    ("Yes.\n-----Original Message-----\nFrom: a\nSent: b\nTo: c\nSubject: d\n\nNo?", "Yes.\n\nNo?"),
    ("> From: a\n> Date: b\n> Subject: c\n> words", "> words"),
]


@pytest.mark.parametrize(("text", "plain"), MAILS)
def test_that_headers_and_signature_of_an_e_mail_go(text, plain):
    assert without_mail_frame(text) == plain


SPEECH = [
    "AN: How are you?\nDE: Fine.\nAN: Good.", "From: one thing\nit follows", "Date: today\nnothing else", "a\n--\n" + "line\n" * 40, "one line only",
    "A: a\nB: b", "-- \nfirst line is a dash",
]  # fmt: skip


HOSTILE = ["<script>" * 100_000, "<a '" * 100_000, "From: a\nTo: b\nx\n" * 30_000, "www." * 100_000, "<a" + " " * 300_000, "--\n" * 100_000]


@pytest.mark.parametrize("text", HOSTILE)
def test_that_hostile_texts_are_got_through(text):
    assert isinstance(cleaned(text, list(CLEANING)), str)  # in a tenth of a second; in hours where a pattern looks at every pair of places
