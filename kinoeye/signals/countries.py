"""Countries: their names in English and Chinese, and their codes.

Source: ISO 3166-1 (alpha-2, alpha-3); ISO 3166-3 for countries that are no more.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from kinoeye.headings import simplified

# alpha-2, alpha-3, English, Chinese; further names behind commas.
_COUNTRIES = """
AD AND|Andorra|安道尔
AE ARE|United Arab Emirates,UAE,U.A.E.|阿联酋,阿拉伯联合酋长国
AF AFG|Afghanistan|阿富汗
AL ALB|Albania|阿尔巴尼亚
AM ARM|Armenia|亚美尼亚
AO AGO|Angola|安哥拉
AR ARG|Argentina|阿根廷
AT AUT|Austria|奥地利
AU AUS|Australia|澳大利亚,澳洲
AW ABW|Aruba|阿鲁巴
AZ AZE|Azerbaijan|阿塞拜疆
BA BIH|Bosnia and Herzegovina,Bosnia,Bosnia & Herzegovina,Bosnia-Herzegovina|波斯尼亚和黑塞哥维那,波黑
BB BRB|Barbados|巴巴多斯
BD BGD|Bangladesh|孟加拉国,孟加拉
BE BEL|Belgium|比利时
BF BFA|Burkina Faso|布基纳法索
BG BGR|Bulgaria|保加利亚
BH BHR|Bahrain|巴林
BI BDI|Burundi|布隆迪
BJ BEN|Benin|贝宁
BM BMU|Bermuda|百慕大
BN BRN|Brunei,Brunei Darussalam|文莱
BO BOL|Bolivia|玻利维亚
BR BRA|Brazil,Brasil|巴西
BS BHS|Bahamas,The Bahamas|巴哈马
BT BTN|Bhutan|不丹
BW BWA|Botswana|博茨瓦纳
BY BLR|Belarus|白俄罗斯
BZ BLZ|Belize|伯利兹
CA CAN|Canada|加拿大
CD COD|Democratic Republic of the Congo,DR Congo,Congo (Kinshasa)|刚果民主共和国,刚果（金）,刚果金
CF CAF|Central African Republic|中非共和国,中非
CG COG|Congo,Republic of the Congo|刚果共和国,刚果
CH CHE|Switzerland|瑞士
CI CIV|Ivory Coast,Côte d'Ivoire,Cote d'Ivoire|科特迪瓦,象牙海岸
CL CHL|Chile|智利
CM CMR|Cameroon|喀麦隆
CN CHN|China,People's Republic of China,PRC,Mainland China,China mainland,PR China|中国,中国大陆,中国内地,大陆,内地
CO COL|Colombia|哥伦比亚
CR CRI|Costa Rica|哥斯达黎加
CU CUB|Cuba|古巴
CV CPV|Cape Verde,Cabo Verde|佛得角
CY CYP|Cyprus|塞浦路斯
CZ CZE|Czech Republic,Czechia|捷克,捷克共和国
DE DEU|Germany,West Germany,Federal Republic of Germany,Deutschland|德国,西德,联邦德国
DJ DJI|Djibouti|吉布提
DK DNK|Denmark|丹麦
DM DMA|Dominica|多米尼克
DO DOM|Dominican Republic|多米尼加,多米尼加共和国
DZ DZA|Algeria|阿尔及利亚
EC ECU|Ecuador|厄瓜多尔
EE EST|Estonia|爱沙尼亚
EG EGY|Egypt|埃及
ER ERI|Eritrea|厄立特里亚
ES ESP|Spain,España|西班牙
ET ETH|Ethiopia|埃塞俄比亚
FI FIN|Finland|芬兰
FJ FJI|Fiji|斐济
FO FRO|Faroe Islands|法罗群岛
FR FRA|France|法国
GA GAB|Gabon|加蓬
GB GBR|United Kingdom,UK,U.K.,Great Britain,Britain,England,Scotland,Wales,Northern Ireland|英国,大不列颠,英格兰,苏格兰
GD GRD|Grenada|格林纳达
GE GEO|Georgia|格鲁吉亚
GF GUF|French Guiana|法属圭亚那
GH GHA|Ghana|加纳
GI GIB|Gibraltar|直布罗陀
GL GRL|Greenland|格陵兰
GM GMB|Gambia,The Gambia|冈比亚
GN GIN|Guinea|几内亚
GP GLP|Guadeloupe|瓜德罗普
GQ GNQ|Equatorial Guinea|赤道几内亚
GR GRC|Greece|希腊
GT GTM|Guatemala|危地马拉
GW GNB|Guinea-Bissau|几内亚比绍
GY GUY|Guyana|圭亚那
HK HKG|Hong Kong,Hong Kong SAR,Hong Kong SAR China|香港,中国香港,香港特别行政区
HN HND|Honduras|洪都拉斯
HR HRV|Croatia|克罗地亚
HT HTI|Haiti|海地
HU HUN|Hungary|匈牙利
ID IDN|Indonesia|印度尼西亚,印尼
IE IRL|Ireland,Republic of Ireland|爱尔兰
IL ISR|Israel|以色列
IM IMN|Isle of Man|马恩岛
IN IND|India|印度
IQ IRQ|Iraq|伊拉克
IR IRN|Iran,Islamic Republic of Iran|伊朗
IS ISL|Iceland|冰岛
IT ITA|Italy,Italia|意大利
JM JAM|Jamaica|牙买加
JO JOR|Jordan|约旦
JP JPN|Japan|日本
KE KEN|Kenya|肯尼亚
KG KGZ|Kyrgyzstan|吉尔吉斯斯坦
KH KHM|Cambodia|柬埔寨
KM COM|Comoros|科摩罗
KP PRK|North Korea,DPRK|朝鲜
KR KOR|South Korea,Korea,Republic of Korea,Korea (South),Korea South|韩国,南韩,大韩民国
KW KWT|Kuwait|科威特
KZ KAZ|Kazakhstan|哈萨克斯坦
LA LAO|Laos|老挝
LB LBN|Lebanon|黎巴嫩
LI LIE|Liechtenstein|列支敦士登
LK LKA|Sri Lanka|斯里兰卡
LR LBR|Liberia|利比里亚
LS LSO|Lesotho|莱索托
LT LTU|Lithuania|立陶宛
LU LUX|Luxembourg|卢森堡
LV LVA|Latvia|拉脱维亚
LY LBY|Libya|利比亚
MA MAR|Morocco|摩洛哥
MC MCO|Monaco|摩纳哥
MD MDA|Moldova|摩尔多瓦
ME MNE|Montenegro|黑山
MG MDG|Madagascar|马达加斯加
MK MKD|North Macedonia,Macedonia|北马其顿,马其顿
ML MLI|Mali|马里
MM MMR|Myanmar,Burma|缅甸
MN MNG|Mongolia|蒙古,蒙古国
MO MAC|Macau,Macao|澳门,中国澳门
MQ MTQ|Martinique|马提尼克
MR MRT|Mauritania|毛里塔尼亚
MT MLT|Malta|马耳他
MU MUS|Mauritius|毛里求斯
MV MDV|Maldives|马尔代夫
MW MWI|Malawi|马拉维
MX MEX|Mexico,México|墨西哥
MY MYS|Malaysia|马来西亚
MZ MOZ|Mozambique|莫桑比克
NA NAM|Namibia|纳米比亚
NC NCL|New Caledonia|新喀里多尼亚
NE NER|Niger|尼日尔
NG NGA|Nigeria|尼日利亚
NI NIC|Nicaragua|尼加拉瓜
NL NLD|Netherlands,The Netherlands,Holland|荷兰
NO NOR|Norway|挪威
NP NPL|Nepal|尼泊尔
NZ NZL|New Zealand|新西兰
OM OMN|Oman|阿曼
PA PAN|Panama|巴拿马
PE PER|Peru|秘鲁
PF PYF|French Polynesia|法属波利尼西亚
PG PNG|Papua New Guinea|巴布亚新几内亚
PH PHL|Philippines,The Philippines|菲律宾
PK PAK|Pakistan|巴基斯坦
PL POL|Poland|波兰
PR PRI|Puerto Rico|波多黎各
PS PSE|Palestine,Palestinian Territories,Palestinian Territory,Occupied Palestinian Territory|巴勒斯坦
PT PRT|Portugal|葡萄牙
PY PRY|Paraguay|巴拉圭
QA QAT|Qatar|卡塔尔
RE REU|Réunion,Reunion|留尼汪
RO ROU|Romania|罗马尼亚
RS SRB|Serbia|塞尔维亚
RU RUS|Russia,Russian Federation|俄罗斯,俄国
RW RWA|Rwanda|卢旺达
SA SAU|Saudi Arabia|沙特阿拉伯,沙特
SC SYC|Seychelles|塞舌尔
SD SDN|Sudan|苏丹
SE SWE|Sweden|瑞典
SG SGP|Singapore|新加坡
SI SVN|Slovenia|斯洛文尼亚
SK SVK|Slovakia|斯洛伐克
SL SLE|Sierra Leone|塞拉利昂
SN SEN|Senegal|塞内加尔
SO SOM|Somalia|索马里
SR SUR|Suriname|苏里南
SS SSD|South Sudan|南苏丹
SV SLV|El Salvador|萨尔瓦多
SY SYR|Syria|叙利亚
SZ SWZ|Eswatini,Swaziland|斯威士兰
TD TCD|Chad|乍得
TG TGO|Togo|多哥
TH THA|Thailand|泰国
TJ TJK|Tajikistan|塔吉克斯坦
TL TLS|East Timor,Timor-Leste|东帝汶
TM TKM|Turkmenistan|土库曼斯坦
TN TUN|Tunisia|突尼斯
TO TON|Tonga|汤加
TR TUR|Turkey,Türkiye,Turkiye|土耳其
TT TTO|Trinidad and Tobago|特立尼达和多巴哥
TW TWN|Taiwan,Taiwan Province of China|台湾,中国台湾,中华民国,台灣
TZ TZA|Tanzania|坦桑尼亚
UA UKR|Ukraine|乌克兰
UG UGA|Uganda|乌干达
US USA|United States of America,United States,USA,U.S.A.,U.S.,America|美国,美利坚合众国
UY URY|Uruguay|乌拉圭
UZ UZB|Uzbekistan|乌兹别克斯坦
VA VAT|Vatican City,Vatican,Holy See|梵蒂冈
VE VEN|Venezuela|委内瑞拉
VN VNM|Vietnam,Viet Nam|越南
VU VUT|Vanuatu|瓦努阿图
WS WSM|Samoa|萨摩亚
XK XKX|Kosovo|科索沃
YE YEM|Yemen|也门
ZA ZAF|South Africa|南非
ZM ZMB|Zambia|赞比亚
ZW ZWE|Zimbabwe|津巴布韦
SUHH SUN|Soviet Union,USSR,U.S.S.R.|苏联
CSHH CSK|Czechoslovakia|捷克斯洛伐克
YUCS YUG|Yugoslavia,Federal Republic of Yugoslavia|南斯拉夫
DDDE DDR|East Germany,German Democratic Republic,GDR|东德,民主德国
CSXX SCG|Serbia and Montenegro|塞尔维亚和黑山
ZRCD ZAR|Zaire|扎伊尔
VDVN VDR|North Vietnam|北越
"""
# Codes that catalogues use beside the standard.
_CODES = {"UK": "GB", "SU": "SUHH", "CS": "CSHH", "YU": "YUCS", "DD": "DDDE", "XWG": "DE", "SUHH": "SUHH",
          "XYU": "YUCS", "XEU": "", "XWW": "", "XAS": ""}  # fmt: skip
_APART = re.compile(r"[^\w]+")


def country_of(text: str) -> str:
    """Return the code of a country by its name or code, in English or Chinese; empty for what is none.

    Examples
    --------
    >>> country_of("United States"), country_of("中国大陆"), country_of("DEU"), country_of("Soviet Union")
    ('US', 'CN', 'DE', 'SUHH')
    """
    if text.isupper() and text in _BY_CODE:
        return _BY_CODE[text]
    if found := _BY_NAME.get(name_key(text), ""):
        return found
    before, bracket, _ = text.partition("(")
    return country_of(before.strip()) if bracket and before.strip() else ""


def name_key(text: str) -> str:
    """Return a name as names are compared: without case, accents, points and spaces.

    Examples
    --------
    >>> name_key("Côte d'Ivoire"), name_key("U.S.A.")
    ('cotedivoire', 'usa')
    """
    folded = unicodedata.normalize("NFKD", simplified(text.casefold()))
    return "".join(sign for sign in _APART.sub("", folded) if not unicodedata.combining(sign))


def _rows() -> Iterator[tuple[str, str, list[str]]]:
    for line in _COUNTRIES.strip().split("\n"):
        codes, english, chinese = line.split("|")
        two, three = codes.split()
        yield two, three, [*english.split(","), *chinese.split(",")]


_BY_CODE: Mapping[str, str] = {code: two for two, three, _ in _rows() for code in (two, three)} | _CODES
_BY_NAME: Mapping[str, str] = {name_key(name): two for two, _, names in _rows() for name in names}
COUNTRY_CODES = frozenset(_BY_CODE)
