"""The same rules in Spanish, Portuguese, French, German, Italian and Chinese.

Accents are folded away before these are searched. Shorter than the English ones: the orders that
were seen most, worded as their speakers word them.
"""
# ruff: noqa: E501 - a pattern is read as one line

from recommendations.clinical.addressed.pattern import Pattern, pattern

_W = r"(?:\w+\W+)"

OVERRIDE: tuple[Pattern, ...] = (
    # Spanish, Portuguese
    pattern(
        rf"\b(?:ignor[aeo]\w*|olvid[aeo]\w*|esque[cç]\w*|descart[aeo]\w*|desconsider[aeo]\w*|desatiend\w+|haga\s+caso\s+omiso|haz\s+caso\s+omiso|"
        rf"no\s+sigas?|nao\s+siga)\W+{_W}{{0,6}}?(?:instruc[ct]?i?\w*|instrucoes|reglas|regras|ordenes|ordens|directrices|diretrizes)\W+{_W}{{0,3}}?"
        r"(?:anterior\w*|previ[ao]s?|de(?:l|o)\s+sistema|recibid\w*|recebid\w*|dadas?|de\s+arriba|acima)\b",
        "instruc", "reglas", "regras", "orden", "directri", "diretri",
    ),
    pattern(
        rf"\b(?:ignor[aeo]\w*|olvid[aeo]\w*|esque[cç]\w*|desconsider[aeo]\w*)\W+{_W}{{0,4}}?(?:tus|sus|vuestras|suas|tuas|todas\s+(?:las|as))\W+{_W}{{0,2}}?(?:instruc\w*|reglas|regras|ordens|ordenes)",
        "instruc", "reglas", "regras", "orden",
    ),
    pattern(r"\b(?:ignor[aeo]\w*|olvid[aeo]\w*|esque[cç]\w*)\s+(?:todo|tudo)\s+(?:lo\s+|o\s+que\s+)?(?:anterior|veio\s+antes|foi\s+dito|dicho)", "todo", "tudo"),
    # French, Italian
    pattern(
        rf"\b(?:ignor(?:e|ez|er|a|ate|are)|oubli(?:e|ez|er)|ne\s+(?:tiens|tenez)\s+pas\s+compte|fai(?:s|tes)\s+abstraction|dimentica\w*|non\s+seguire|trascura\w*)\W+"
        rf"{_W}{{0,6}}?(?:instructions?|consignes?|directives?|regles|istruzioni|regole)\W+{_W}{{0,2}}?(?:precedent\w*|anterieur\w*|ci-dessus|du\s+systeme|di\s+sistema|recues?|qui\s+precedent)",
        "instruction", "consigne", "directive", "regles", "istruzioni", "regole",
    ),
    pattern(rf"\b(?:ignor(?:e|ez|a|ate)|oubli(?:e|ez)|dimentica\w*)\W+{_W}{{0,3}}?(?:tes|vos|toutes\s+(?:les|vos|tes)|le\s+tue|tutte\s+le)\W+{_W}{{0,2}}?(?:instructions|consignes|regles|istruzioni|regole)", "instruction", "consigne", "regles", "istruzioni", "regole"),
    # German
    pattern(
        rf"\b(?:ignorier\w*|vergiss|vergessen\s+sie|missacht\w*|beacht\w+\s+(?:die\s+)?nicht|befolg\w+\s+nicht|ubergeh\w*)\W+{_W}{{0,5}}?(?:(?:vorherig|bisherig|vorig|obig|fruher|vorangehend|vorangegangen)\w*|deine?|ihre|alle|system\w*)\W+{_W}{{0,3}}?"
        r"(?:anweisung\w*|instruktion\w*|regeln|vorgaben|befehle?|systemanweisung\w*)",
        "anweisung", "instruktion", "regeln", "vorgaben", "befehl",
    ),
    pattern(
        rf"\b(?:halte?|richte)\W+(?:dich|sie\s+sich)\W+(?:nicht\s+(?:mehr\s+)?)(?:an|nach)\W+{_W}{{0,3}}?(?:anweisung\w*|instruktion\w*|regeln|vorgaben)",
        "anweisung", "instruktion", "regeln", "vorgaben",
    ),
    pattern(r"\b(?:ignorier\w*|vergiss|vergessen\s+sie)\W+alles\W+(?:was\s+|bisherige|vorherige|oben|davor)", "alles"),
    # Chinese, both scripts
    pattern(
        r"(?:忽略|无视|無視|忘记|忘記|忘掉|不要遵守|不要遵循|绕过|繞過|不理会|不理會|跳过|跳過).{0,10}?(?:之前|先前|以上|上面|前面|此前|所有|全部|你的|系统|系統|原有).{0,10}?(?:指令|指示|说明|說明|提示|规则|規則|命令|要求|设定|設定)",
        "指令", "指示", "说明", "說明", "提示", "规则", "規則", "命令", "要求", "设定", "設定",
    ),
)  # fmt: skip

ROLE: tuple[Pattern, ...] = (
    pattern(r"\b(?:ahora\s+eres|eres\s+ahora|usted\s+es\s+ahora|agora\s+(?:voce|tu)\s+e|voce\s+agora\s+e|(?:tu\s+es|vous\s+etes)\s+(?:maintenant|desormais)|(?:du\s+bist|sie\s+sind)\s+(?:jetzt|nun)|(?:ora|adesso)\s+sei)\W+"
            rf"{_W}{{0,4}}?(?:asistente|assist[ea]n[tz]\w*|ia|ki|ai|bot|chatbot|modelo|modele|modell|sistema|systeme|robot)\b",
            "ahora", "agora", "maintenant", "desormais", "jetzt", "nun", "ora ", "adesso"),
    pattern(r"你(?:现在|現在|从现在起|從現在起)?是.{0,10}?(?:助手|助理|人工智能|人工智慧|机器人|機器人|模型|ai\b)", "你"),
)  # fmt: skip

ADDRESS: tuple[Pattern, ...] = (
    pattern(
        r"\b(?:nota|mensaje|mensagem|instruc\w+|instruco\w+|aviso|atencion|atencao|attention|avis|message|note|consigne|hinweis|nachricht|anweisung|achtung|messaggio|attenzione|istruzion\w+)\W+"
        r"(?:(?:para|a|al|ao|pour|a\s+l'|al|per|fur|an|die|el|la|le|l'|o|das|den|il)\W+){0,3}"
        r"(?:ia|ki|i\.a\.|k\.i\.|asistente\s+(?:de\s+ia|virtual)|assistente\s+(?:de\s+ia|virtual)|assistant\s+(?:ia|virtuel)|intelligen\w+\s+artifici\w+|inteligencia\s+artificial|kunstliche\s+intelligenz|"
        r"ki-\w+|modele?\s+de\s+lang\w+|modelo\s+de\s+(?:lenguaje|linguagem)|sprachmodell|modello\s+linguistico|llm|chatbot|software)\b",
        "ia", "ki", "i.a", "k.i", "asistente", "assistente", "assistant", "intelligen", "inteligencia", "model", "llm", "chatbot", "software", "sprachmodell",
    ),
    pattern(r"\b(?:si\s+eres|se\s+(?:voce\s+)?e|si\s+(?:tu\s+es|vous\s+etes)|wenn\s+(?:du|sie)|se\s+sei)\W+(?:un[ae]?|uma?|eine?|die)?\W*(?:ia|ki|ai|inteligencia|intelligen\w*|sprachmodell|modele?\s+de\s+langage|modelo\s+de\s+\w+|asistente|assistente|assistant|bot)\b", "si ", "se ", "wenn"),
    pattern(r"(?:致|给|給|告诉|告訴|请|請|作为|作為)\s*(?:所有|任何|一个|一個)?\s*(?:ai|人工智能|人工智慧|大?语言模型|大?語言模型|聊天机器人|聊天機器人|助手(?:模型)?)", "ai", "人工", "模型", "机器人", "機器人", "助手"),
)  # fmt: skip

DRAFT: tuple[Pattern, ...] = (
    pattern(r"(?:^|[.!?:;\n,\"*-]\s*|\by\s+|\be\s+|\bet\s+|\bund\s+)(?:escrib[ae]\w*|escrev[ae]\w*|declar[ae]\w*|afirm[ae]\w*|indi(?:ca|que)|ecri(?:s|vez)|indiquez|affirmez|dichiara|scrivi|schreib(?:e|en\s+sie)?|behaupte\w*)\W+(?:\w+\W+){0,3}?(?:que|che|dass)\W+(?:(?:el|la|le|o|a|der|die|il)\W+)?(?:paciente|patient\w*|paziente)\b", "pacient", "patient", "pazient"),
    pattern(r"\b(?:aprueb[ae]|aprov[ae]|approuv\w+|genehmig\w+|approva|marqu?[ae]\w*|markier\w+|segna)\W+(?:\w+\W+){0,3}?(?:tod[ao]s?|cada|toutes?|chaque|alle|jede\w*|tutt[ei]|ogni)\W+(?:\w+\W+){0,2}?(?:declaracion\w*|afirmac\w*|declarac\w*|frases?|enonces?|affirmations?|aussagen?|satze?|dichiarazion\w*|affermazion\w*)", "tod", "cada", "tout", "chaque", "alle", "jede", "tutt", "ogni"),
    pattern(r"\b(?:en|em|no|dans|in|nel)\W+(?:tu|su|seu|teu|ton|votre|dein\w*|ihr\w*|tuo)\W+(?:borrador|respuesta\s+final|rascunho|brouillon|reponse\s+finale|entwurf|bozza|salida|saida)\b", "borrador", "respuesta", "rascunho", "brouillon", "reponse", "entwurf", "bozza", "salida", "saida"),
    pattern(r"\b(?:sin|sem|sans|ohne|senza)\W+(?:preguntar|mostrar\w*|perguntar|demander|montrer|le\s+montrer|zu\s+fragen|nachfrage|ruckfrage|es\s+jemandem|chiedere|mostrar\w*)\b", "sin", "sem", "sans", "ohne", "senza"),
    pattern(r"(?:写明|寫明|写上|寫上|写道|写下|声明|聲明|输出|輸出|回答|注明).{0,8}?(?:患者|病人)|(?:批准|签署|簽署|标记|標記|通过|通過).{0,4}?(?:所有|全部|每).{0,4}?(?:陈述|陳述|语句|語句|声明|聲明|草稿|内容)|(?:不要|无需|無需|不得).{0,4}?(?:询问|詢問|告诉|告訴|通知).{0,4}?(?:医生|醫生|用户|用戶|临床)", "患者", "病人", "批准", "签署", "簽署", "标记", "標記", "通过", "通過", "不要", "无需", "無需", "不得"),
)  # fmt: skip

SECRET: tuple[Pattern, ...] = (
    pattern(r"\b(?:revel\w*|muestr\w*|mostr\w*|imprim\w*|repit\w*|repet\w*|revele[rz]?|affich\w*|zeig\w*|verrat\w*|gib|wiederhol\w*|rivela|mostra|ripeti)\W+(?:\w+\W+){0,5}?(?:prompt|mensaje\s+del?\s+sistema|instruc\w+\s+del?\s+sistema|instructions\s+(?:systeme|cachees|initiales)|message\s+systeme|system-?prompt|systemanweisung\w*|istruzioni\s+di\s+sistema)", "prompt", "sistema", "systeme", "system", "instructions"),
    pattern(r"系统提示|系統提示|(?:显示|顯示|透露|重复|重複|输出|輸出).{0,6}?(?:你的|全部|所有).{0,4}?(?:指令|提示|规则|規則)", "提示", "指令", "规则", "規則"),
)  # fmt: skip

EXFILTRATION: tuple[Pattern, ...] = (
    pattern(r"\b(?:envi[ae]\w*|mand[ae]\w*|sub[ae]\w*|envoie\w*|envoyez|transmet\w*|send\w*|schick\w*|ubermittl\w*|lade\w*|invia\w*|carica\w*|public[ae]\w*|postez|publiez)\b[^\n]{0,140}?(?:https?://|www\.|\S+@\S+\.\w+)", "http", "www.", "@"),
    pattern(r"(?:发送|發送|上传|上傳|发到|發到|传到|傳到|提交|转发|轉發).{0,40}?(?:https?:|www\.|@)|(?:所有|全部).{0,10}?(?:数据|數據|资料|資料|病历|病歷|信息|資訊).{0,10}?(?:发送|發送|上传|上傳|发到|發到|传到|傳到)", "发", "發", "上传", "上傳", "传到", "傳到", "提交"),
)  # fmt: skip
