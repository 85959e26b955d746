"""Genre names and kinds of works, as catalogues in English and Chinese name them."""

from collections.abc import Mapping

from kinoeye.signals.countries import name_key

_GENRES = (
    "Action; Adventure; Animation; Animated; Anime; Biography; Biopic; Biographical; Children; Children's; Kids; "
    "Comedy; Crime; Documentary; Drama; Family; Fantasy; Film-Noir; Noir; Game-Show; History; Historical; Historical "
    "Fiction; Historical Drama; Horror; Music; Musical; Mystery; News; Reality-TV; Reality; Romance; Romantic; "
    "Romantic "
    "Comedy; Black Comedy; Dark Comedy; Sci-Fi; Science Fiction; Sci-Fi & Fantasy; Short; Silent; Sport; Sports; "
    "Superhero; Supernatural; Talk-Show; Talk; Thriller; Thriller/Suspense; Suspense; War; War & Politics; Western; "
    "Action & Adventure; Action/Adventure; Independent; Independent Movies; International Movies; "
    "International TV Shows; "
    "Dramas; Comedies; Documentaries; Thrillers; Horror Movies; Children & Family Movies; TV Dramas; TV Comedies; "
    "Romantic Movies; Action & Adventure; Stand-Up Comedy; Stand-Up; Docuseries; Crime TV Shows; Kids' TV; Sci-Fi & "
    "Fantasy; Classic Movies; Cult Movies; Sports Movies; Music & Musicals; LGBTQ Movies; Faith & Spirituality; "
    "British "
    "TV Shows; Spanish-Language TV Shows; Korean TV Shows; Anime Series; Anime Features; Reality TV; "
    "TV Thrillers; TV "
    "Horror; TV Mysteries; Romantic TV Shows; TV Action & Adventure; TV Sci-Fi & Fantasy; Teen TV Shows; Science & "
    "Nature TV; Classic & Cult TV; Movies; TV Shows; Concert/Performance; Concert; Martial Arts; Spy; Political; "
    "Psychological Thriller; Slasher; Disaster; Dance; Erotic; Adult; Teen; Coming-of-Age; Satire; Parody; "
    "Slapstick; "
    "Experimental; Avant-Garde; Gangster; Heist; Legal; Medical; Melodrama; Epic; Costume; Period; Road; Buddy; "
    "Found Footage; Live Action; Performance; Foreign; Art House; TV Movie; Soap; IMAX; Mockumentary; Swashbuckler; "
    "剧情; 喜剧; 动作; 爱情; 科幻; 动画; 悬疑; 惊悚; 恐怖; 犯罪; 同性; 音乐; 歌舞; 传记; 历史; 战争; 西部; 奇幻; "
    "冒险; 灾难; 武侠; 情色; "
    "古装; 纪录片; 短片; 家庭; 儿童; 运动; 戏曲; 黑色电影; 真人秀; 脱口秀; 青春; 文艺; 谍战; 警匪; 伦理; 校园; "
    "都市; 神话; 魔幻; 励志; "
    "体育; 鬼怪; 荒诞; 综艺; 戏剧; 功夫; 推理; 生活; 农村; 抗战; 仙侠; 动漫"
)
_KINDS: Mapping[str, str] = {
    "film": "movie; film; feature; feature film; tv movie; tvmovie; movies; films; cinema; 电影; 影片; 院线电影; "
            "故事片; 网络电影; 电视电影",
    "short": "short; short film; tv short; tvshort; shorts; 短片",
    "series": "tv series; tvseries; series; tv show; tv; show; tv mini series; tvminiseries; mini series; "
              "miniseries; "
              "limited series; scripted; web series; tv shows; anime; season; 电视剧; 剧集; 连续剧; 网剧; 综艺; "
              "番剧; 美剧; 动漫; 动画片",
    "episode": "episode; tv episode; tvepisode; tv pilot; tvpilot; 单集; 集",
    "special": "special; tv special; tvspecial; stand up special; 特别节目; 晚会",
    "video": "video; direct to video; ova; ona; home video; 视频",
    "game": "video game; videogame; game; 游戏",
}  # fmt: skip

GENRES = frozenset(name_key(each) for each in _GENRES.split(";"))
_KIND_OF: Mapping[str, str] = {name_key(name): kind for kind, names in _KINDS.items() for name in names.split(";")}


def is_genre(text: str) -> bool:
    """Say whether a name is one that catalogues use for a genre.

    >>> is_genre("Sci-Fi"), is_genre("剧情"), is_genre("Tom Hanks")
    (True, True, False)
    """
    return name_key(text) in GENRES


def kind_of(text: str) -> str:
    """Return what kind of work a cell names; empty where it names none.

    >>> kind_of("tvMiniSeries"), kind_of("TV Show"), kind_of("电视剧"), kind_of("PG-13")
    ('series', 'series', 'series', '')
    """
    return _KIND_OF.get(name_key(text), "")
