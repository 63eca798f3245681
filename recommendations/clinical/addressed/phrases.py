"""Orders in more languages: two words near each other, in either order.

Written as their speakers write them, and folded like what is searched.
"""
# ruff: noqa: RUF001 - other alphabets are meant

import re

from recommendations.clinical.addressed.folding import folded
from recommendations.clinical.addressed.pattern import Pattern

_NEAR = 40  # characters between the two
Near = tuple[tuple[str, ...], tuple[str, ...]]
_WORDS: dict[str, Near] = {
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
    "Tagalog": (
        ("balewalain", "huwag pansinin", "kalimutan", "huwag sundin"),
        ("tagubilin", "instruksyon", "panuto", "utos ng sistema"),
    ),
}
# To speak to software by name.
_SPOKEN_TO: dict[str, Near] = {
    "Russian": (
        ("сообщение", "внимание", "примечание", "указание", "система", "программа", "если ты"),
        (
            "искусственного интеллекта",
            "искусственный интеллект",
            "для ии",
            "языковой модели",
            "языковая модель",
            "нейросет",
            "составляет сводку",
            "должна выполнить",
        ),
    ),
    "Arabic": (
        ("رسالة", "ملاحظة", "تنبيه", "تعليمات", "على البرنامج", "على النظام", "إلى"),
        ("الذكاء الاصطناعي", "نموذج اللغة", "المساعد الآلي", "يلخص هذا", "أن ينفذ"),
    ),
    "Vietnamese": (
        ("gửi", "lưu ý", "thông báo", "nhắn", "phần mềm", "hệ thống", "nếu bạn là"),
        ("trợ lý ai", "trí tuệ nhân tạo", "mô hình ngôn ngữ", "tóm tắt hồ sơ", "phải làm như sau"),
    ),
    "Tagalog": (
        ("paalala", "mensahe", "pansin", "para", "sistemang", "kung ikaw"),
        ("sa ai", "artipisyal na katalinuhan", "modelo ng wika", "bumubuod", "dapat sumunod"),
    ),
}
# What a draft is to say of the patient, and what is to be approved.
_WRITTEN: dict[str, Near] = {
    "Russian": (
        ("напиши", "укажи что", "одобри", "подпиши", "отметь"),
        ("пациент", "все утверждения", "черновик", "без проверки"),
    ),
    "Arabic": (
        ("اكتب أن", "اكتب أنه", "وافق على", "وقع على"),
        ("المريض", "جميع العبارات", "المسودة", "دون مراجعة"),
    ),
    "Vietnamese": (
        ("viết rằng", "ghi rằng", "phê duyệt", "duyệt tất cả"),
        ("bệnh nhân", "tất cả các câu", "bản nháp", "không cần hỏi"),
    ),
    "Tagalog": (
        ("isulat na", "ilagay na", "aprubahan"),
        ("pasyente", "lahat ng pahayag", "borador", "nang hindi nagtatanong"),
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
ADDRESS: tuple[Pattern, ...] = tuple(_pattern(*words) for words in _SPOKEN_TO.values())
DRAFT: tuple[Pattern, ...] = tuple(_pattern(*words) for words in _WRITTEN.values())
