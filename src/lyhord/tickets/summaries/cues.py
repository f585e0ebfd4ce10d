"""Words by which sentences say what somebody wants, or what they promise, in five languages. Forms of one word share a beginning."""

import re

_WANTS = (
    "want|wanted|need|needs|would like|wish|please|can you|could you|how do i|how can i|where is|when will|my order|i have|i am|"
    "vill|skulle vilja|behöver|önskar|undrar|kan ni|kan du|hur gör|hur kan|var är|när kommer|min beställning|jag har|"
    "ønsker|trenger|lurer på|kan dere|hvordan|hvor er|når kommer|bestillingen min|jeg har|vil gjerne|"
    "haluaisin|tarvitsen|voitteko|voitko|miten|missä|milloin|tilaukseni|minulla on"
)
_PROMISES = (
    "will|i'll|we'll|going to|shall|get back to you|let you know|by tomorrow|"
    "kommer att|ska|skall|återkommer|hör av oss|hör av mig|skickar|ordnar|"
    "skal|kommer til å|tilbake til deg|gir beskjed|sender|ordner|"
    "palaamme|palaan|lähetämme|lähetän|hoidamme|hoidan|selvitämme|selvitän|ilmoitamme|ilmoitan|otamme yhteyttä"
)
_GREETS = (
    "hi|hello|hey|dear|good morning|good afternoon|thanks|thank you|regards|best|"
    "hej|hejsan|tack|hälsningar|mvh|vänliga|god morgon|"
    "hei|takk|hilsen|vennlig|"
    "moi|terve|kiitos|terveisin|ystävällisin"
)
WANTS = re.compile(rf"\b(?:{_WANTS})\b|想|要|需要|请|能否|可以|怎么|哪里|什么时候|我的订单", re.IGNORECASE)
PROMISES = re.compile(rf"\b(?:{_PROMISES})\b|我们会|我会|将会|会尽快|稍后|为您(?:处理|安排|退)", re.IGNORECASE)
GREETS = re.compile(rf"^\W*(?:(?:{_GREETS})\b|您好|你好|谢谢)", re.IGNORECASE)
