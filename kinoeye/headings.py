"""Headings: what the columns of a catalogue or a viewing log are called, in English and Chinese.

A heading alone is a hint, not a proof: "rating" may be a number or an age certificate. Which of its meanings holds is
decided with the values (kinoeye/signals/columns.py).
"""

import re
import unicodedata
from collections.abc import Mapping

# What a column can be. Those before `viewer` have the names of the columns of the table `titles`.
ROLES = (
    "title", "original_title", "other_titles", "kind", "year", "released", "languages", "countries", "genres", "plot",
    "directors", "writers", "cast", "runtime", "budget", "gross", "rating", "votes", "imdb", "tmdb", "source_id",
    "viewer", "seen", "event", "none",
)  # fmt: skip

# Headings of each role, the surest meaning; lower case, words apart.
_NAMES: Mapping[str, str] = {
    "title": "title; name; movie title; film title; primary title; movie name; film name; series title; movie; film; "
             "show title; series name; release group; titles; movies; title name; video title; "
             "片名; 电影名; 电影名称; 影片名称; 影片名; 名称; 中文名; 中文片名; 标题; 电影; 影片; 剧名; 译名; "
             "电影标题; 作品名; 影片中文名; 电影名字",
    "original_title": "original title; original name; title original; local title; native title; foreign title; "
                      "原名; 原片名; 外文名; 英文名; 英文片名; 原始标题; 原标题; 外文片名; 影片原名",
    "other_titles": "aka; akas; also known as; alternative titles; alternate title; alternative title; other titles; "
                    "alternate titles; other title; synonyms; aliases; 别名; 又名; 其他片名; 更多片名; 其它片名; "
                    "别称",
    "kind": "type; kind; title type; media type; content type; video type; format; 影视类型; 作品类型; 片种; "
            "形式; 节目类型",
    "year": "year; release year; start year; year released; production year; title year; year of release; "
            "released year; "
            "yr; 年份; 上映年份; 年代; 发行年份; 出品年份; 制作年份; 年; 上映年; 首播年份",
    "released": "release date; released; date; premiere; premiere date; us release date; date published; "
                "premiered; first aired; air date; first air date; release; opening date; theatrical release date; "
                "上映日期; 上映时间; 首映日期; 首播; 首播日期; 日期; 发行日期; 公映日期; 上映; 发布日期; 首映",
    "languages": "language; languages; original language; spoken languages; spoken language; lang; languages spoken; "
                 "语言; 语种; 对白语言; 原始语言; 对白",
    "countries": "country; countries; region; nation; production countries; production country; origin country; "
                 "country of origin; countries of origin; nationality; territory; "
                 "国家; 地区; 国家地区; 制片国家地区; 产地; 出品国家; 制片国家; 制片地区; 国别; 制作国家; "
                 "上映地区; 出产国",
    "genres": "genre; genres; major genre; listed in; categories; category; main genre; genre list; sub genre; "
              "类型; 题材; 类别; 分类; 影片类型; 电影类型; 剧情类型; 体裁",
    "plot": "plot; overview; synopsis; description; summary; storyline; extract; plot summary; plot outline; "
            "logline; "
            "plot synopsis; movie info; info; short description; log line; story; abstract; 剧情; 简介; "
            "剧情简介; 内容简介; 故事简介; 概述; 影片简介; 电影简介; 故事; "
            "内容; 剧情介绍; 摘要; 情节",
    "directors": "director; directors; directed by; director name; crew; director names; film director; "
                 "导演; 导演姓名; 执导",
    "writers": "writer; writers; screenwriter; screenplay; written by; screenwriters; writing credits; "
               "screenplay by; "
               "writer name; script; authors; author; 编剧; 剧本; 编剧姓名",
    "cast": "cast; actors; stars; starring; actor; actress; lead; cast members; leads; actor name; main cast; "
            "top cast; star; cast list; featuring; 主演; 演员; 领衔主演; 演员表; 主要演员; 演职员; 参演",
    "runtime": "runtime; duration; length; running time; run time; minutes; runtime minutes; runtime min; mins; "
               "duration min; running time min; duration seconds; runtime seconds; duration minutes; "
               "running minutes; "
               "片长; 时长; 单集片长; 影片时长; 电影时长; 长度; 片长分钟; 时长分钟",
    "budget": "budget; production budget; cost; production cost; budget usd; estimated budget; negative cost; "
              "预算; 成本; 制作成本; 投资; 制片成本; 制作费; 投资额",
    "gross": "gross; revenue; worldwide gross; us gross; box office; domestic gross; total gross; lifetime gross; "
             "worldwide; domestic; foreign; earnings; box office gross; international gross; gross worldwide; "
             "takings; "
             "gross usd; foreign gross; worldwide box office; domestic box office; opening; opening weekend; "
             "weekend gross; max lt gross; sales; boxoffice; 票房; 总票房; 累计票房; 全球票房; 内地票房; "
             "国内票房; 票房收入; 票房万; 北美票房; 首周票房",
    "rating": "rating; imdb rating; score; vote average; average rating; user rating; rotten tomatoes rating; "
              "metascore; imdb score; your rating; mean rating; avg rating; stars rating; critic score; "
              "audience score; tomatometer; my rating; average score; user score; rating average; avg vote; "
              "metacritic; rotten tomatoes; average vote; rate; weighted rating; "
              "评分; 豆瓣评分; 得分; 打分; 平均分; 均分; 分数; 影评分; 用户评分; 星级; 我的评分; 淘票票评分; "
              "猫眼评分",
    "votes": "votes; num votes; vote count; imdb votes; rating count; number of votes; ratings count; num ratings; "
             "ratings; num voted users; number of ratings; total votes; votes count; user votes; audience count; "
             "tomatometer count; critic count; rating counts; "
             "评价人数; 评分人数; 投票人数; 评价数; 打分人数; 评分数; 投票数; 票数; 评论人数",
    "imdb": "imdb id; imdb; tconst; imdb link; imdb title id; imdb url; movie imdb link; imdb编号; imdb链接; imdb号",
    "tmdb": "tmdb id; tmdb; the movie db id; tmdb link; tmdb编号",
    "source_id": "id; movie id; film id; show id; title id; douban id; const; item id; content id; video id; key; "
                 "wikidata id; movie no; 编号; 电影编号; 影片编号; 豆瓣id; 豆瓣编号; 电影id; 影片id",
    "viewer": "user id; user; viewer; viewer id; account; account id; profile; profile name; member; username; "
              "customer id; subscriber; subscriber id; user name; 用户; 用户id; 用户名; 观众; 用户编号; 会员; 账号",
    "seen": "timestamp; watched date; watched at; date watched; viewed at; watch date; last watched; view date; "
            "date rated; start time; rated at; created at; 观看时间; 观看日期; 时间戳; 时间; 评分时间; 观影日期",
    "event": "event; action; position; session; session id; device; bookmark; latest bookmark; rewatch; device type; "
             "event type; 事件; 设备; 会话; 播放位置; 操作",
    "none": "certificate; mpaa rating; content rating; rated; poster; url; homepage; tagline; keywords; popularity; "
            "awards; website; dvd; production; thumbnail; ordering; attributes; rank; adult; is adult; status; "
            "video; "
            "studio; distributor; tags; tag; end year; parent tconst; season number; episode number; "
            "is original title; "
            "types; supplemental video type; birth year; death year; primary profession; known for titles; "
            "primary name; nconst; source; "
            "creative type; production companies; production company; company; poster path; backdrop path; "
            "budget currency; "
            "currency; date added; age rating; letterboxd uri; uri; link; href; thumbnail width; thumbnail height; "
            "response; response code; seasons; episodes; characters; job; theaters; theatres; percentage; notes; "
            "comment; comments; review; reviews; plot keywords; aspect ratio; color; sound mix; ratings source; "
            "facenumber in poster; vote; user review; last release; opening theaters; screens; weeks; "
            "海报; 链接; 排名; 序号; 标签; 关键词; 官网; 网址; 出品公司; 发行公司; 影评; 短评; 季数; 集数; 分级; "
            "备注; 奖项; 制片公司; 排行; 封面; 评论; 评论数",
}  # fmt: skip

# What else a heading may mean, where the values say so.
OTHER_MEANINGS: Mapping[str, tuple[str, ...]] = {
    "title": ("original_title",),
    "kind": ("genres",),
    "genres": ("kind",),
    "released": ("year", "seen", "title"),
    "year": ("released",),
    "rating": ("none", "votes"),
    "votes": ("rating",),
    "source_id": ("imdb", "tmdb", "none"),
    "imdb": ("rating",),
    "seen": ("released",),
}

_TRADITIONAL = str.maketrans(
    "導劇類國語長製區對時間標題譯簡介評編內數據評價標電動畫紀錄懷愛喜懸驚恐戰爭歷災難傳記親樂韓灣門馬華聯維賓蘭羅薩亞爾奧瑞臺種別單號員執執觀眾戶總計預經費資導產發連結鏈備註獎項詞鍵關錄影片學藝術運動歌會議實況",
    "导剧类国语长制区对时间标题译简介评编内数据评价标电动画纪录怀爱喜悬惊恐战争历灾难传记亲乐韩湾门马华联维宾兰罗萨亚尔奥瑞台种别单号员执执观众户总计预经费资导产发连结链备注奖项词键关录影片学艺术运动歌会议实况",
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
_APART = re.compile(r"[\W_]+")
_UNITS = re.compile(r"[(（\[【].*?[)）\]】]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NUMBERED = re.compile(r"\b\d+\b")


def words_of(heading: str) -> str:
    """Return a heading's words, lower case, one space apart; Chinese ones without spaces.

    Examples
    --------
    >>> words_of("primaryTitle"), words_of("US_Gross ($)"), words_of("制片国家/地区"), words_of("IMDB Rating")
    ('primary title', 'us gross', '制片国家地区', 'imdb rating')
    """
    text = simplified(unicodedata.normalize("NFKC", heading).strip())
    bare = _UNITS.sub(" ", text)
    text = bare if bare.strip() else text
    text = text.replace("IMDb", "Imdb").replace("TMDb", "Tmdb").replace("eBook", "Ebook")
    text = " ".join(_APART.split(_CAMEL.sub(" ", text))).strip().lower()
    return text.replace(" ", "") if _HAN.search(text) else text


def simplified(text: str) -> str:
    """Return Chinese as it is written on the mainland, as far as headings and names of genres and places go.

    >>> simplified("導演"), simplified("劇情簡介"), simplified("Title")
    ('导演', '剧情简介', 'Title')
    """
    return text if text.isascii() else text.translate(_TRADITIONAL)


def meaning(heading: str) -> tuple[str, float]:
    """Return what a heading says a column is, and how sure that is; ``("", 0.0)`` where it says nothing.

    Examples
    --------
    >>> meaning("startYear"), meaning("导演"), meaning("actor_2_name"), meaning("x7")
    (('year', 0.95), ('directors', 0.95), ('cast', 0.85), ('', 0.0))
    """
    words = words_of(heading)
    if not words:
        return "", 0.0
    if words in _ROLE_OF:
        return _ROLE_OF[words], 0.95
    bare = " ".join(_NUMBERED.sub(" ", words).split())
    if bare in _ROLE_OF:
        return _ROLE_OF[bare], 0.85
    return _by_part(words)


def _by_part(words: str) -> tuple[str, float]:
    """Return what the last words of a heading, or the longest Chinese name in it, say."""
    if _HAN.search(words):
        inside = [name for name in _ROLE_OF if len(name) > 1 and _HAN.search(name) and name in words]
        return (_ROLE_OF[max(inside, key=len)], 0.7) if inside else ("", 0.0)
    parts = words.split()
    for first in range(1, len(parts)):
        tail = " ".join(parts[first:])
        if tail in _ROLE_OF:
            return _ROLE_OF[tail], 0.65
    for end in range(len(parts) - 1, 0, -1):
        head = " ".join(parts[:end])
        if head in _ROLE_OF:
            return _ROLE_OF[head], 0.5
    return "", 0.0


_ROLE_OF: Mapping[str, str] = {
    words_of(name): role for role, names in _NAMES.items() for name in names.split(";") if name.strip()
}
