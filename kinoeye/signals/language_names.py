"""Language names: what languages are called in English and Chinese, and their codes.

Source: ISO 639-1, 639-2 and 639-3.
"""

from collections.abc import Iterator, Mapping

from kinoeye.signals.countries import name_key

# Code, further codes, English, Chinese; further names behind commas.
_LANGUAGES = """
en eng|English|英语,英文
zh chi zho|Chinese|中文,汉语,华语
cmn|Mandarin,Mandarin Chinese,Standard Chinese|普通话,国语,汉语普通话,中文普通话
yue|Cantonese|粤语,广东话
nan|Min Nan,Hokkien,Taiwanese,Southern Min|闽南语,台语
wuu|Shanghainese,Wu,Wu Chinese|上海话,沪语,吴语
hak|Hakka|客家话,客家语
cjy|Shanxi dialect,Jin Chinese|晋语
fr fra fre|French,Français|法语,法文
de deu ger|German,Deutsch|德语,德文
es spa|Spanish,Castilian,Español|西班牙语
it ita|Italian,Italiano|意大利语
ja jpn|Japanese|日语,日文
ko kor|Korean|韩语,朝鲜语
ru rus|Russian|俄语
pt por|Portuguese,Português,Brazilian Portuguese|葡萄牙语
ar ara|Arabic|阿拉伯语
hi hin|Hindi|印地语,北印度语
bn ben|Bengali,Bangla|孟加拉语
ta tam|Tamil|泰米尔语
te tel|Telugu|泰卢固语
ml mal|Malayalam|马拉雅拉姆语
kn kan|Kannada|卡纳达语
mr mar|Marathi|马拉地语
pa pan|Punjabi,Panjabi|旁遮普语
gu guj|Gujarati|古吉拉特语
ur urd|Urdu|乌尔都语
or ori|Odia,Oriya|奥里亚语
as asm|Assamese|阿萨姆语
ne nep|Nepali|尼泊尔语
si sin|Sinhala,Sinhalese|僧伽罗语
sa san|Sanskrit|梵语
bho|Bhojpuri|博杰普尔语
bo bod tib|Tibetan|藏语
mn mon|Mongolian|蒙古语
ug uig|Uyghur,Uighur|维吾尔语
th tha|Thai|泰语
vi vie|Vietnamese|越南语
id ind|Indonesian,Bahasa Indonesia|印尼语,印度尼西亚语
ms msa may|Malay|马来语
tl tgl|Tagalog|他加禄语
fil|Filipino|菲律宾语
km khm|Khmer,Central Khmer,Cambodian|高棉语
lo lao|Lao|老挝语
my mya bur|Burmese|缅甸语
jv jav|Javanese|爪哇语
nl nld dut|Dutch|荷兰语
vls|Flemish|佛兰芒语
sv swe|Swedish|瑞典语
da dan|Danish|丹麦语
no nor|Norwegian|挪威语
nb nob|Norwegian Bokmål,Bokmål|书面挪威语
nn nno|Norwegian Nynorsk,Nynorsk|新挪威语
fi fin|Finnish|芬兰语
is isl ice|Icelandic|冰岛语
fo fao|Faroese|法罗语
kl kal|Greenlandic,Kalaallisut|格陵兰语
se sme|Sami,Northern Sami|萨米语
et est|Estonian|爱沙尼亚语
lv lav|Latvian|拉脱维亚语
lt lit|Lithuanian|立陶宛语
pl pol|Polish|波兰语
cs ces cze|Czech|捷克语
sk slk slo|Slovak|斯洛伐克语
sl slv|Slovenian,Slovene|斯洛文尼亚语
hr hrv|Croatian|克罗地亚语
sr srp scc|Serbian|塞尔维亚语
bs bos|Bosnian|波斯尼亚语
sh hbs|Serbo-Croatian,Serbocroatian|塞尔维亚-克罗地亚语,塞尔维亚克罗地亚语
mk mkd mac|Macedonian|马其顿语
bg bul|Bulgarian|保加利亚语
ro ron rum|Romanian,Moldavian|罗马尼亚语
hu hun|Hungarian,Magyar|匈牙利语
el ell gre|Greek,Modern Greek|希腊语
grc|Ancient Greek|古希腊语
la lat|Latin|拉丁语
sq sqi alb|Albanian|阿尔巴尼亚语
uk ukr|Ukrainian|乌克兰语
be bel|Belarusian,Belorussian|白俄罗斯语
ka kat geo|Georgian|格鲁吉亚语
hy hye arm|Armenian|亚美尼亚语
az aze|Azerbaijani,Azeri|阿塞拜疆语
kk kaz|Kazakh|哈萨克语
ky kir|Kyrgyz,Kirghiz|吉尔吉斯语
uz uzb|Uzbek|乌兹别克语
tg tgk|Tajik|塔吉克语
tk tuk|Turkmen|土库曼语
tr tur|Turkish|土耳其语
ku kur|Kurdish|库尔德语
fa fas per|Persian,Farsi|波斯语
prs|Dari|达里语
ps pus|Pashto,Pashtu|普什图语
he heb iw|Hebrew|希伯来语
yi yid|Yiddish|意第绪语
arc|Aramaic|阿拉姆语
mt mlt|Maltese|马耳他语
am amh|Amharic|阿姆哈拉语
so som|Somali|索马里语
sw swa|Swahili|斯瓦希里语
ha hau|Hausa|豪萨语
yo yor|Yoruba|约鲁巴语
ig ibo|Igbo|伊博语
zu zul|Zulu|祖鲁语
xh xho|Xhosa|科萨语
st sot|Sotho,Southern Sotho|塞索托语
tn tsn|Tswana|茨瓦纳语
af afr|Afrikaans|南非语,阿非利卡语
wo wol|Wolof|沃洛夫语
bm bam|Bambara|班巴拉语
ff ful|Fulah,Fula|富拉语
ln lin|Lingala|林加拉语
rw kin|Kinyarwanda|卢旺达语
mg mlg|Malagasy|马达加斯加语
sn sna|Shona|绍纳语
ber|Berber languages,Berber|柏柏尔语
ga gle|Irish,Irish Gaelic,Gaelic|爱尔兰语
gd gla|Scottish Gaelic,Scots Gaelic|苏格兰盖尔语
sco|Scots|苏格兰语
cy cym wel|Welsh|威尔士语
br bre|Breton|布列塔尼语
eu eus baq|Basque|巴斯克语
ca cat|Catalan|加泰罗尼亚语
gl glg|Galician|加利西亚语
oc oci|Occitan|奥克语
co cos|Corsican|科西嘉语
nap|Neapolitan|那不勒斯语
scn|Sicilian|西西里语
gsw|Swiss German,Schwyzerdütsch|瑞士德语
lb ltz|Luxembourgish|卢森堡语
rom|Romany,Romani|罗姆语,吉普赛语
ht hat|Haitian,Haitian Creole,Creole|海地克里奥尔语
qu que|Quechua|克丘亚语
ay aym|Aymara|艾马拉语
gn grn|Guarani|瓜拉尼语
nah|Nahuatl|纳瓦特尔语
myn|Maya,Mayan|玛雅语
iu iku|Inuktitut|因纽特语
nv nav|Navajo|纳瓦霍语
cr cre|Cree|克里语
chr|Cherokee|切罗基语
haw|Hawaiian|夏威夷语
mi mri mao|Maori,Māori|毛利语
sm smo|Samoan|萨摩亚语
eo epo|Esperanto|世界语
tlh|Klingon|克林贡语
ase|American Sign Language|美国手语
bfi|British Sign Language|英国手语
sgn|Sign Languages,Sign Language|手语
zxx|None,No spoken language,No Language,Silent|无对白,默片
"""
_CODES = {"cn": "yue", "xx": "zxx", "qmo": "nan", "qbn": "", "in": "id", "mo": "ro"}


def language_code(text: str) -> str:
    """Return a language's ISO 639 code by its name or code, in English or Chinese; empty for what is none.

    Examples
    --------
    >>> language_code("French"), language_code("汉语普通话"), language_code("ger"), language_code("pt-BR")
    ('fr', 'cmn', 'de', 'pt')
    """
    lower = text.lower()
    if lower in _BY_CODE:
        return _BY_CODE[lower]
    if found := _BY_NAME.get(name_key(text), ""):
        return found
    code, dash, rest = lower.replace("_", "-").partition("-")
    return _BY_CODE.get(code, "") if dash and len(rest) <= 4 else ""


def _rows() -> Iterator[tuple[list[str], list[str]]]:
    for line in _LANGUAGES.strip().split("\n"):
        codes, english, chinese = line.split("|")
        yield codes.split(), [*english.split(","), *chinese.split(",")]


_BY_CODE: Mapping[str, str] = {code: codes[0] for codes, _ in _rows() for code in codes} | _CODES
_BY_NAME: Mapping[str, str] = {name_key(name): codes[0] for codes, names in _rows() for name in names}
LANGUAGE_CODES = frozenset(_BY_CODE)
