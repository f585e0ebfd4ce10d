"""Words by which a sentence touches what the law protects more (GDPR, article 9). Rather a sentence too many than one too few."""

import re
from collections.abc import Mapping

from lyhord.hearing.facts.model import BELIEF, ETHNICITY, HEALTH, POLITICS, SEXUALITY, UNION, words

_STEMS: Mapping[str, Mapping[str, str]] = {
    "en": {
        HEALTH: r"\w*allerg|intoleran|diabet|cancer|tumou?r|pregnan|asthma|epilep|depress|anxiety|adhd\b|autis|wheelchair|disab|deaf|blind\b|hard of hearing|"
        r"hearing aid|insulin|chemo|dialysis|migraine|arthritis|surgery|hospital|sick\b|ill\b|illness|disease|medicat|medicine|c(?:o)?eliac|gluten|hiv\b|"
        r"dementia|a stroke|heart (?:attack|condition|disease)|broken (?:leg|arm|hip)|injur|therap|psych|expecting|miscarriage|diagnos|chronic|burnout|burn-out|can(?:['’]t|not) (?:eat|drink|take)",
        BELIEF: r"muslim|islam|christian|catholic|protestant|jew(?:ish)?\b|hindu|buddhis|sikh|atheis|religio|halal|kosher|ramadan|church|mosque|synagogue|pray|baptis|jehovah|faith",
        UNION: r"trade union|labou?r union|union member|member of (?:the|a|my) (?:\w+ )?union|shop steward|unionised",
        SEXUALITY: r"gay\b|lesbian|bisexual|homosexual|queer|transgender|trans (?:man|woman)|non-?binary|lgbt|sexual",
        ETHNICITY: r"s[aá]mi\b|roma\b|romani|ethnic|descent\b|indigenous|kurdish|skin colou?r|mixed.race|refugee|aboriginal",
        POLITICS: r"vot(?:e|ed|ing)\b|politic|democrats?\b|republican|labour party|conservative party|party member|left-wing|right-wing|socialis|communis",
    },
    "sv": {
        HEALTH: r"\w*allerg|intoleran|överkänslig|diabet|cancer|tumör|gravid|astma|epilep|depress|deprim|ångest|adhd\b|autis|rullstol|funktionsned|funktionshind|döv\b|blind\b|"
        r"hörselskad|hörapparat|insulin|dialys|migrän|artros|reumat|opere|operation|sjukhus|sjuk\b|sjuksk|sjukdom|medicin|celiaki|gluten|hiv\b|demen|stroke|hjärt(?:infarkt|fel|sjuk)|"
        r"bröt(?:it)? (?:benet|armen|höften)|brutit|skadad|terapi|psyk|väntar barn|missfall|diagnos|kronisk|utbränd|utmattn|rullator|amputer|tål inte|kan inte (?:äta|dricka)",
        BELIEF: r"muslim|islam|kristen|kristn|katolik|katolsk|jud(?:e|isk|inna)|hindu|buddhis|ateis|religi|halal|kosher|ramadan|kyrka|moské|synagog|troende|bönen|döpt|jehova|frikyrk",
        UNION: r"fackförening|fackligt|facket\b|fackklubb|medlem i (?:facket|kommunal|unionen|if metall|vision)|fackmedlem",
        SEXUALITY: r"gay\b|bög\b|lesbisk|flata\b|bisexuell|homosexuell|queer|transperson|icke-?binär|hbtq|sexuell",
        ETHNICITY: r"same\b|samisk|rom\b|romsk|romani|etnisk|hudfärg|kurd|urfolk|flykting|tornedaling|sverigefinne",
        POLITICS: r"röst(?:ar|ade|at) på|politi|socialdemokrat|moderat(?:erna)?\b|sverigedemokrat|vänsterpartist|miljöpartist|centerpartist|partimedlem|socialist|kommunist",
    },
    "nb": {
        HEALTH: r"\w*allerg|intoleran|overfølsom|diabet|kreft|svulst|gravid|astma|epilep|depress|deprim|angst|adhd\b|autis|rullestol|funksjonsneds|funksjonshem|døv\b|blind\b|"
        r"hørselshem|høreapparat|insulin|dialyse|migrene|artrose|revmat|operer|operasjon|sykehus|sjukehus|syk\b|sjuk\b|sykemeld|sjukmeld|sykdom|sjukdom|medisin|cøliaki|gluten|hiv\b|demen|"
        r"hjerneslag|slag\b|hjerte(?:infarkt|feil|syk)|brakk|brukket|skadet|skada|terapi|psyk|venter barn|ventar barn|spontanabort|diagnos|kronisk|utbrent|rullator|tåler (?:ikke|ikkje)|kan (?:ikke|ikkje) (?:spise|eta|drikke)",
        BELIEF: r"muslim|islam|kristen|kristne|katolikk|katolsk|jøde|jødisk|hindu|buddhis|ateis|religi|halal|kosher|ramadan|kirke|moské|moske|synagoge|troende|døpt|jehova|menighet",
        UNION: r"fagforening|fagforbund|fagorganiser|fagleg|tillitsvalgt|medlem i (?:lo|fellesforbundet|fagforbundet|nito)",
        SEXUALITY: r"homo\b|homofil|lesbisk|lesbe|bifil|biseksuell|homoseksuell|skeiv|queer|transperson|ikke-?binær|lhbt|seksuell",
        ETHNICITY: r"same\b|samisk|rom\b|romani|etnisk|hudfarge|kurd|urfolk|flyktning|kven\b|kvensk|tater",
        POLITICS: r"stem(?:mer|te|t) (?:på|ap|høyre|sv|frp)|politi(?:sk|kk)|arbeiderpartiet|høyrevelger|partimedlem|sosialist|kommunist|senterpartiet|fremskrittspartiet",
    },
    "fi": {
        HEALTH: r"\w*allergi|intoleran|yliherk|diabee|syöp|kasvain|raska(?:ana|us)|astma|epilep|masen|ahdistu|adhd\b|autis|pyörätuol|vamma|kuuro|sokea|huonokuul|kuulolait|insulii|dialyys|"
        r"migree|reuma|nivelrik|leika|leikkau|sairaal|saira|sairaus|saikul|lääke|lääkit|keliak|gluteen|hiv\b|demen|muistisai|aivohalv|sydän|murtu|loukkaan|terapi|psyk|odotan lasta|"
        r"odotamme lasta|keskenmen|diagnoo|krooni|uupu|rollaat|laktoosi|en siedä|en (?:voi|saa) (?:syödä|juoda)",
        BELIEF: r"muslim|islam|kristi(?:tty|nusko)|katoli|luterila|juutala|hindu|buddhala|ateist|uskon(?:to|nol)|uskova|halal|košer|kosher|ramadan|kirkko|seurakun|moskeij|synagog|jehova|helluntai",
        UNION: r"ammattiliit|ammattiyhdist|ay-jäsen|liiton jäsen|luottamusmies|liittoon kuul",
        SEXUALITY: r"homo\b|homoseksu|lesbo|biseksu|seksuaal|queer|transihmi|transsukup|muunsukup|hlbt|lhbt",
        ETHNICITY: r"saamelai|romani|etni|ihonväri|kurdi|alkuperäiskan|pakolai|inkeriläi",
        POLITICS: r"äänest|politiik|poliitti|demar|kokoomuslai|kepulai|perussuomalai|vasemmistolai|puolueen jäsen|sosialist|kommunist",
    },
    "zh": {
        HEALTH: r"过敏|過敏|糖尿病|癌|肿瘤|怀孕|懷孕|孕妇|孕期|哮喘|癫痫|抑郁|憂鬱|焦虑症|自闭|多动症|轮椅|輪椅|残疾|殘疾|聋|失明|盲人|助听器|胰岛素|化疗|透析|偏头痛|关节炎|手术|手術|住院|医院|"
        r"生病|有病|疾病|吃药|药|乳糜泻|麸质|艾滋|痴呆|中风|心脏病|骨折|受伤|治疗|精神科|流产|慢性|确诊|高血压|血压|乳糖|不能吃|不能喝|吃不了",
        BELIEF: r"穆斯林|伊斯兰|回教|基督|天主教|新教|犹太|印度教|佛教|信佛|信教|道教|无神论|宗教|清真|斋月|教堂|清真寺|寺庙|祷告|受洗|信仰",
        UNION: r"工会|工會",
        SEXUALITY: r"同性恋|同性戀|同志身份|拉拉|双性恋|雙性戀|酷儿|跨性别|性取向|性向|出柜",
        ETHNICITY: r"族人|少数民族|少數民族|维吾尔|藏族|回族|蒙古族|朝鲜族|壮族|苗族|种族|肤色|膚色|难民|原住民",
        POLITICS: r"投票|政治|党员|黨員|入党|共产党|民主党|国民党|民进党|选举|選舉|左派|右派",
    },
}  # fmt: skip
_EDGE = r"(?<![^\W_])"

SENSITIVE: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    language: {
        kind: words(f"(?:{stems})" if language == "zh" else f"{_EDGE}(?:{stems})") for kind, stems in kinds.items()
    }
    for language, kinds in _STEMS.items()
}
_OF_ONESELF = {
    "en": r"\b(?:I['’]m|I am|I have|I['’]ve|I suffer|I was|we are|we['’]re|we have|I take|I need|I vote|I voted|I use|I belong)\b",
    "sv": r"\b(?:jag|vi) (?:är|har|lider|tar|behöver|röstar|röstade|äter|använder|väntar|tillhör|bröt|blev)\b|\b(?:är|har) (?:jag|vi)\b",
    "nb": r"\b(?:jeg|eg|æ|vi|me) (?:er|har|e|lider|tar|tek|trenger|treng|stemmer|stemte|spiser|bruker|venter|ventar|tilhører|brakk|ble)\b|\b(?:er|har) (?:jeg|eg|vi)\b",
    "fi": r"\b(?:olen|oon|olemme|ollaan|minulla on|mulla on|meillä on|sairastan|käytän|syön|äänestän|äänestin|tarvitsen|odotan|odotamme|kuulun|jouduin|odotetaan)\b",
    "zh": r"(?:我|我们|俺)(?:是|有|对|對|在|得了|患|患有|患了|吃|需要|投|信|一直|加入|刚|怀|骨折|住院|过敏|已经)",
}
OF_ONESELF: Mapping[str, re.Pattern[str]] = {language: words(one) for language, one in _OF_ONESELF.items()}
"""Before one of the words above it makes a statement of one about oneself, if nothing denies it."""
DENIED: Mapping[str, re.Pattern[str]] = {
    "en": words(r"\b(?:not|never|no|n['’]t|neither)\b|n['’]t\b"),
    "sv": words(r"\b(?:inte|aldrig|ingen|inga|inget|ej|varken)\b"),
    "nb": words(r"\b(?:ikke|ikkje|itj|aldri|ingen|inga|verken)\b"),
    "fi": words(r"\b(?:en|emme|ei|eikä|enkä)\b"),
    "zh": words(r"不|没|沒|无|無|别"),
}


def touched_by(sentence: str, language: str) -> str:
    """The protected kind that a sentence touches first in their order, "" for none; of an unknown language any language's words count."""
    for one in (language,) if language in SENSITIVE else SENSITIVE:
        for kind, pattern in SENSITIVE[one].items():
            if pattern.search(sentence):
                return kind
    return ""
