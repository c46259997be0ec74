"""The languages that TopicDesk knows by name, and how each is written; it detects none and holds no words of any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from topicdesk.core.errors import InputError


@dataclass(frozen=True)
class Language:
    """One language.

    Attributes
    ----------
    code : str
        ISO 639.
    name, own_name : str
        In English, and as its speakers write it.
    extra : str
        The extra of the package that brings what cuts it into words; empty where words stand apart.
    is_unspaced : bool
        Whether it is written without spaces between words.
    has_elision : bool
        Whether short words lean on the next with an apostrophe ("l'homme").
    """

    code: str
    name: str
    own_name: str
    extra: str = ""
    is_unspaced: bool = False
    has_elision: bool = False

    @property
    def joins_words(self) -> bool:
        """Whether several words are written as one: "Kraftfahrzeugsteuer"."""
        return self.code in _JOINING


_JOINING = frozenset(["de", "nl", "sv", "da", "no", "is", "af", "fi", "et", "hu"])


def _plain(listed: str) -> list[Language]:
    """Languages of which nothing more is to be said: "de German Deutsch, ..."."""
    return [Language(code, name, own_name) for code, name, own_name in (entry.strip().split(" ", 2) for entry in listed.split(","))]


LANGUAGES = (
    *_plain(
        "en English English, de German Deutsch, es Spanish español, pt Portuguese português, nl Dutch Nederlands, ru Russian русский, ar Arabic العربية, "
        "hi Hindi हिन्दी, ko Korean 한국어, bg Bulgarian български, cs Czech čeština, da Danish dansk, el Greek ελληνικά, fa Persian فارسی, "
        "fi Finnish suomi, gu Gujarati ગુજરાતી, he Hebrew עברית, hu Hungarian magyar, id Indonesian Bahasa Indonesia, ms Malay Bahasa Melayu, "
        "no Norwegian norsk, pl Polish polski, ro Romanian română, sk Slovak slovenčina, sv Swedish svenska, tr Turkish Türkçe, uk Ukrainian українська, "
        "vi Vietnamese Tiếng Việt, af Afrikaans Afrikaans, am Amharic አማርኛ, az Azerbaijani azərbaycanca, be Belarusian беларуская, bn Bengali বাংলা, "
        "bs Bosnian bosanski, cy Welsh Cymraeg, et Estonian eesti, eu Basque euskara, ga Irish Gaeilge, gl Galician galego, hr Croatian hrvatski, "
        "hy Armenian հայերեն, is Icelandic íslenska, ka Georgian ქართული, kk Kazakh қазақша, kn Kannada ಕನ್ನಡ, lt Lithuanian lietuvių, lv Latvian latviešu, "
        "mk Macedonian македонски, ml Malayalam മലയാളം, mn Mongolian монгол, mr Marathi मराठी, ne Nepali नेपाली, pa Punjabi ਪੰਜਾਬੀ, ps Pashto پښتو, "
        "si Sinhala සිංහල, sl Slovenian slovenščina, sq Albanian shqip, sr Serbian српски, sw Swahili Kiswahili, ta Tamil தமிழ், te Telugu తెలుగు, "
        "tl Tagalog Tagalog, ur Urdu اردو, uz Uzbek oʻzbekcha"
    ),
    Language("fr", "French", "français", has_elision=True),
    Language("it", "Italian", "italiano", has_elision=True),
    Language("ca", "Catalan", "català", has_elision=True),
    Language("zh", "Chinese", "中文", "chinese", is_unspaced=True),
    Language("ja", "Japanese", "日本語", "japanese", is_unspaced=True),
    Language("th", "Thai", "ไทย", "thai", is_unspaced=True),
    Language("km", "Khmer", "ខ្មែរ", is_unspaced=True),
    Language("lo", "Lao", "ລາວ", is_unspaced=True),
    Language("my", "Burmese", "မြန်မာ", is_unspaced=True),
)
_BY_WORD = {word.casefold(): language for language in LANGUAGES for word in (language.code, language.name, language.own_name)}


def find_language(word: str) -> Language | None:
    """The language of a code, an English name or a name of its own; None where it is not known."""
    return _BY_WORD.get(word.strip().casefold())


def named_languages(words: str) -> tuple[Language, ...]:
    """The languages of "German, English", each once; none for an empty text. Raises InputError for one that is not known."""
    found: dict[str, Language] = {}
    for word in filter(None, (part.strip() for part in words.split(","))):
        language = find_language(word)
        if language is None:
            raise InputError(f"{word!r} is no language that TopicDesk knows. Name it in English or by its code, several with commas between: German, English.")
        found[language.code] = language
    return tuple(found.values())


def listed_languages(languages: Iterable[Language]) -> str:
    """The names in a sentence: "German and English"."""
    names = [language.name for language in languages]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
