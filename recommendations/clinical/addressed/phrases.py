"""To ignore instructions, in more languages: a verb and a noun near each other, in either order.

Written as their speakers write them, and folded like what is searched.
"""
# ruff: noqa: RUF001 - other alphabets are meant

import re

from recommendations.clinical.addressed.folding import folded
from recommendations.clinical.addressed.pattern import Pattern

_NEAR = 40  # characters between the two
_WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Russian": (
        (
            "игнорируй",
            "игнорируйте",
            "забудь",
            "забудьте",
            "не следуй",
            "не следуйте",
            "пренебреги",
        ),
        ("инструкции", "инструкций", "указания", "системный промпт", "правила системы"),
    ),
    "Japanese": (
        ("無視し", "忘れ", "従わない"),
        ("指示", "命令", "システムプロンプト", "プロンプト", "指令"),
    ),
    "Korean": (
        ("무시하", "무시해", "잊어", "따르지"),
        ("지시", "명령", "시스템 프롬프트", "프롬프트"),
    ),
    "Arabic": (
        ("تجاهل", "انس", "لا تتبع"),
        ("التعليمات", "تعليماتك", "الأوامر السابقة", "موجه النظام"),
    ),
    "Hindi": (("अनदेखा कर", "नज़रअंदाज़ कर", "भूल जा"), ("निर्देश", "सिस्टम प्रॉम्प्ट")),
    "Turkish": (
        ("yok say", "görmezden gel", "unut"),
        ("talimatları", "talimatlarını", "yönergeleri", "sistem istemi"),
    ),
    "Dutch": (("negeer", "vergeet", "sla over"), ("instructies", "systeemprompt", "aanwijzingen")),
    "Polish": (
        ("zignoruj", "ignoruj", "zapomnij"),
        ("instrukcje", "instrukcji", "polecenia", "monit systemowy"),
    ),
    "Vietnamese": (
        ("bỏ qua", "phớt lờ", "quên"),
        ("hướng dẫn trước", "chỉ thị", "lời nhắc hệ thống"),
    ),
}


def _pattern(verbs: tuple[str, ...], nouns: tuple[str, ...]) -> Pattern:
    plain = [folded(noun).text for noun in nouns]
    doing = "|".join(re.escape(folded(verb).text) for verb in verbs)
    done = "|".join(map(re.escape, plain))
    expression = (
        rf"(?:{doing})[^.!?。]{{0,{_NEAR}}}(?:{done})|(?:{done})[^.!?。]{{0,{_NEAR}}}(?:{doing})"
    )
    return Pattern(re.compile(expression), tuple(plain))


OVERRIDE: tuple[Pattern, ...] = tuple(_pattern(*words) for words in _WORDS.values())
