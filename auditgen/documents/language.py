"""Which language a text is in, told by its most common words, or by its letters where they are no Latin ones.

A table of words is enough to tell a policy of forty words or more: in every language a third of a text and more is
made of a hundred words. (py3langid tells the same, and takes 1.2 seconds and 90 MB to be loaded.)
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

LEAST_WORDS = 40
# Words looked at; a whole handbook is not needed.
_MOST_WORDS = 5_000
_ENGLISH = 0.16
_OTHER = 0.12
# Of the words that are none of a language's own: below this a long text cannot be English.
_NO_ENGLISH = 0.03

# Words of several languages stand in each of them; what counts is which has most.
_WORDS = {
    "en": "the of and to a in is for that on be are with by as this or not it must may will from any you your "
    "we our who which should they their have has if all at an when do can no us",
    "de": "der die das und ist in zu den des nicht mit für von auf ein eine sich dem auch wird werden sind bei "
    "oder als wir sie einer im zum zur durch nur dass kann muss nach vor aus über an es alle",
    "fr": "le la les de des du et est à en un une que qui dans pour sur par au aux ne pas ce cette sont ou nous "
    "vous il avec être doit plus leur si tout se son sa ses",
    "es": "el la los las de del y en un una que es por para con no se al lo su sus como más o este esta son "
    "debe ser si todo cuando pero sin sobre",
    "pt": "o a os as de do da dos das e em um uma que é para com não se ao por no na nos nas ou mais como deve "
    "ser são esta este seu sua quando pelo pela",
    "it": "il lo la i gli le di del della dei delle e è in un una che per con non si da al alla o come più sono "
    "deve essere questo questa nel nella sul ogni se",
    "nl": "de het een en van in is op te dat die voor met niet zijn aan er om ook als bij door wordt worden of "
    "naar uit wij we kan moet deze dit alle tot over geen",
    "da": "og i at det er en den til af for på de med som der ikke et har om vi kan skal ved fra eller være "
    "bliver også alle man efter når hvis",
    "sv": "och i att det är en den som till av för på de med inte ett har om vi kan ska vid från eller vara "
    "blir också alla man efter när måste",
    "nb": "og i å det er en den til av for på de med som ikke et har om vi kan skal ved fra eller være blir "
    "også alle man etter når må hvis",
    "fi": "ja on ei se että joka ovat tai kun niin myös mutta jos sen voi tulee ole kaikki ennen sekä jotka "
    "tämä hän olla mukaan ollut mitä vain",
    "pl": "i w na z do się nie że jest to o od przez dla po co za jak są oraz lub być tym może który które "
    "przed ich tego należy każdy",
    "cs": "a v na se je že s z do to o i k ve pro jsou jako nebo být po od jeho při musí které který by není "
    "podle ze za tento všechny",
    "sk": "a v na sa je že s z do to o i k vo pre sú ako alebo byť po od jeho pri musí ktoré ktorý by nie podľa "
    "zo za tento všetky",
    "sl": "in v na se je da s z do to o k za so kot ali biti po od njegov pri mora ki bi ni iz vse ter lahko",
    "hr": "i u na se je da s z do to o k za su kao ili biti po od njegov pri mora koji koje bi nije iz sve te "
    "može",
    "hu": "a az és hogy nem is egy ez meg de ha vagy csak van ki mint el már kell minden azt lehet által "
    "valamint nek",
    "ro": "și de la în a cu pe nu o care este un pentru din se sau mai să ca au fi prin al ale sunt trebuie "
    "dacă după",
    "tr": "ve bir bu için ile da de olarak olan her en daha ne gibi veya kadar sonra tarafından ise değil "
    "gerekir tüm",
    "et": "ja on ei et see kui või ka mis kes oma selle ning peab kõik võib tuleb olema enne pärast iga",
    "lv": "un ir ar no par uz kas kā vai ka lai tiek pēc nav arī var jābūt tā šī visi pirms ja",
    "lt": "ir yra su į iš kad kaip ar už tai apie nuo turi būti jei visi po prieš ne bei arba kuris",
    "id": "dan yang di untuk dengan dari ini pada tidak dalam adalah akan atau oleh itu harus ke dapat kami "
    "setiap",
    "vi": "và của là các có được cho không trong một những với phải này khi để người từ đến trên",
    "ca": "el la els les de del i en un una que és per amb no es al ha o com més són aquest aquesta ser si tot "
    "quan",
    "cy": "y yr a i o yn ar mae am gan eu ei neu fod sydd bod hyn wedi gyda dylai rhaid pob os ni nid",
    "ga": "an na agus a ar i le do is go ní nó ag tá bheith gach mar ó faoi chun seo sin nach má",
}  # fmt: skip
_TABLE = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_LANGUAGE_NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian",
    "nl": "Dutch", "da": "Danish", "sv": "Swedish", "nb": "Norwegian", "fi": "Finnish", "pl": "Polish", "cs": "Czech",
    "sk": "Slovak", "sl": "Slovene", "hr": "Croatian, Bosnian or Serbian", "hu": "Hungarian", "ro": "Romanian",
    "tr": "Turkish", "et": "Estonian", "lv": "Latvian", "lt": "Lithuanian", "id": "Indonesian or Malay",
    "vi": "Vietnamese", "ca": "Catalan", "cy": "Welsh", "ga": "Irish", "ru": "Russian", "uk": "Ukrainian",
    "bg": "Bulgarian", "el": "Greek", "he": "Hebrew", "ar": "Arabic", "zh": "Chinese", "ja": "Japanese",
    "ko": "Korean", "th": "Thai", "hi": "Hindi",
}  # fmt: skip
# First word of the name of a letter → language; of several languages in the same letters, the commonest.
_SCRIPTS = {"CYRILLIC": "ru", "GREEK": "el", "HEBREW": "he", "ARABIC": "ar", "CJK": "zh", "HIRAGANA": "ja",
            "KATAKANA": "ja", "HANGUL": "ko", "THAI": "th", "DEVANAGARI": "hi"}  # fmt: skip


def name(language: str) -> str:
    """The English name of a language, or its code."""
    return _LANGUAGE_NAMES.get(language, language)


def tell(text: str) -> str | None:
    """The language of a text (ISO 639-1), "" when it is surely not English and no other, None when it is unsure."""
    if (found := _by_letters(text)) is not None:
        return found
    words = re.findall(r"[^\W\d_]+", text.casefold())[:_MOST_WORDS]
    if len(words) < LEAST_WORDS:
        return None
    counts = Counter(words)
    english = _share(counts, "en", len(words))
    if english >= 2 * _ENGLISH:
        return "en"
    shares = {language: _share(counts, language, len(words)) for language in _TABLE}
    best = max(shares, key=lambda language: shares[language])
    if best != "en" and shares[best] >= _OTHER and shares[best] > 1.7 * english:
        return best
    if english >= _ENGLISH:
        return "en"
    if len(words) >= 3 * LEAST_WORDS and english < _NO_ENGLISH:
        # A list of names has no sentences in any language; a text has, and repeats its common words.
        common = sum(count for word, count in counts.most_common(12) if len(word) <= 5)
        return "" if common > len(words) / 8 else None
    return None


def _share(counts: Counter[str], language: str, words: int) -> float:
    return sum(counts[word] for word in _TABLE[language]) / words


def _by_letters(text: str) -> str | None:
    """The language of a text of which most letters are no Latin ones."""
    if text[:5_000].isascii():
        return None
    sample = [mark for mark in text[:20_000] if mark.isalpha()]
    if len(sample) < LEAST_WORDS:
        return None
    scripts = Counter(unicodedata.name(mark, "?").split()[0] for mark in sample if not mark.isascii())
    told = {script: count for script, count in scripts.items() if script in _SCRIPTS}
    if sum(told.values()) < 0.5 * len(sample):
        return None
    if told.get("HIRAGANA", 0) + told.get("KATAKANA", 0) > 0.1 * len(sample):
        return "ja"
    language = _SCRIPTS[max(told, key=lambda script: told[script])]
    if language == "ru":
        letters = "".join(sample).casefold()
        if any(mark in letters for mark in "іїє"):
            return "uk"
        return "ru" if any(mark in letters for mark in "ыэ") else "bg"
    return language
