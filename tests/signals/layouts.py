"""Layouts of catalogues and logs that people have: the headings are theirs, the rows are made here.

Each is a name, its headings, what each column is, and rows. `SEEN` were there when the rules were written.
"""

from typing import NamedTuple


class Layout(NamedTuple):
    """A layout: headings with roles, and rows of cells."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[object, ...], ...]

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(heading for heading, _ in self.columns)

    @property
    def roles(self) -> list[str]:
        return [role for _, role in self.columns]


def layout(name: str, columns: str, *rows: tuple[object, ...]) -> Layout:
    """Return a layout from ``heading=role`` pairs, one behind each semicolon; = alone is none."""
    pairs = [each.strip().rsplit("=", 1) for each in columns.split(";")]
    return Layout(name, tuple((heading.strip(), role.strip() or "none") for heading, role in pairs), rows)


_N = "\\N"

SEEN = (
    layout(
        "MovieLens movies.csv", "movieId=source_id; title=title; genres=genres",
        ("1", "Rain Over Water (1995)", "Adventure|Children|Fantasy"), ("2", "Long Road, The (1996)", "Comedy|Romance"),
        ("3", "Cold Harbour (1957)", "(no genres listed)"), ("4", "Nightfall (2001)", "Film-Noir|IMAX"),
    ),
    layout(
        "MovieLens ratings.csv", "userId=viewer; movieId=source_id; rating=rating; timestamp=seen",
        ("1", "31", "2.5", "1260759144"), ("1", "1029", "3.0", "1260759179"), ("2", "10", "4.0", "835355493"),
    ),
    layout(
        "MovieLens tags.csv", "userId=viewer; movieId=source_id; tag=; timestamp=seen",
        ("15", "339", "slow start", "1138537770"), ("15", "1955", "dentist", "1193435061"),
    ),
    layout(
        "MovieLens links.csv", "movieId=source_id; imdbId=imdb; tmdbId=tmdb",
        ("1", "0114709", "862"), ("2", "0113497", "8844"), ("3", "0113228", ""),
    ),
    layout(
        "IMDb title.basics.tsv",
        "tconst=imdb; titleType=kind; primaryTitle=title; originalTitle=original_title; isAdult=; startYear=year; "
        "endYear=; runtimeMinutes=runtime; genres=genres",
        ("tt0000001", "short", "The Mill", "Le Moulin", "0", "1894", _N, "1", "Documentary,Short"),
        ("tt0944947", "tvSeries", "Winter House", "Winter House", "0", "2011", "2019", "60", "Action,Adventure,Drama"),
        ("tt0111161", "movie", "The Wall", "The Wall", "0", "1994", _N, "142", "Drama"),
        ("tt0903747", "tvEpisode", "1917", "1917", "0", _N, _N, _N, _N),
    ),
    layout(
        "IMDb title.akas.tsv",
        "titleId=imdb; ordering=; title=title; region=countries; language=languages; types=; attributes=; "
        "isOriginalTitle=",
        ("tt0000001", "1", "Der Müller", "DE", _N, "imdbDisplay", _N, "0"),
        ("tt0000001", "2", "Le Moulin", "FR", "fr", "original", _N, "1"),
        ("tt0000001", "3", "Карменсита", "RU", _N, "imdbDisplay", "literal title", "0"),
        ("tt0000002", "1", "The Mill", "US", "en", _N, _N, "0"),
    ),
    layout(
        "IMDb title.ratings.tsv", "tconst=imdb; averageRating=rating; numVotes=votes",
        ("tt0000001", "5.7", "1999"), ("tt0000002", "5.8", "265"), ("tt0111161", "9.3", "2700000"),
    ),
    layout(
        "IMDb name.basics.tsv",
        "nconst=; primaryName=; birthYear=; deathYear=; primaryProfession=; knownForTitles=",
        ("nm0000001", "Ada Stone", "1899", "1987", "actor,producer", "tt0072308,tt0050419"),
        ("nm0000002", "Ben Marsh", "1924", "2014", "actress", "tt0037382,tt0038355"),
    ),
    layout(
        "Wikipedia movies JSON",
        "title=title; year=year; cast=cast; genres=genres; href=; extract=plot; thumbnail=; thumbnail_width=; "
        "thumbnail_height=",
        ("Rain Over Water", 1990, ["Ada Stone", "Ben Marsh"], ["Action", "Comedy"], "Rain_Over_Water",
         "Rain Over Water is a 1990 film about a lighthouse keeper who finds a letter in the sea and follows it.",
         "https://example.org/rain.jpg", 259, 384),
        ("1917", 1991, [], ["Noir"], None, "A film about a train that never arrives at the station it left.", None,
         None, None),
    ),
    layout(
        "vega movies.json",
        "Title=title; US Gross=gross; Worldwide Gross=gross; US DVD Sales=gross; Production Budget=budget; "
        "Release Date=released; MPAA Rating=; Running Time min=runtime; Distributor=; Source=; Major Genre=genres; "
        "Creative Type=; Director=directors; Rotten Tomatoes Rating=rating; IMDB Rating=rating; IMDB Votes=votes",
        ("The Land Girls", 146083, 146083, None, 8000000, "Jun 12 1998", "R", None, "Gramercy", None, None, None,
         None, None, 6.1, 1071),
        ("Pirates", 1641825, 6341825, None, 40000000, "Jul 01 1986", "R", 121, None, None, "Adventure",
         "Historical Fiction", "Roman Stone", 25, 5.8, 3275),
        ("Duel", 83471511, 126871511, 11000000, 32000000, "Feb 22 2008", "PG-13", 102, "Fox", "Original Screenplay",
         "Drama", "Contemporary Fiction", "Ada Marsh", 13, None, None),
    ),
    layout(
        "TMDB 5000 movies",
        "budget=budget; genres=genres; homepage=; id=source_id; keywords=; original_language=languages; "
        "original_title=original_title; overview=plot; popularity=; production_companies=; "
        "production_countries=countries; release_date=released; revenue=gross; runtime=runtime; "
        "spoken_languages=languages; status=; tagline=; title=title; vote_average=rating; vote_count=votes",
        ("237000000", '[{"id": 28, "name": "Action"}, {"id": 12, "name": "Adventure"}]', "http://example.org/", "19995",
         '[{"id": 1463, "name": "culture clash"}]', "en", "Blue World",
         "In the 22nd century a soldier is sent to a distant moon on a mission, but becomes torn between two worlds.",
         "150.43", '[{"name": "Fox", "id": 289}]', '[{"iso_3166_1": "US", "name": "United States of America"}]',
         "2009-12-10", "2787965087", "162.0", '[{"iso_639_1": "en", "name": "English"}]', "Released",
         "Enter the world.", "Blue World", "7.2", "11800"),
        ("0", '[{"id": 18, "name": "Drama"}]', "", "10", "[]", "fr", "La Pluie", "A village waits for rain and for the "
         "priest who left it in the spring of the year before.", "3.1", "[]",
         '[{"iso_3166_1": "FR", "name": "France"}]', "1995-03-01", "0", "95.0",
         '[{"iso_639_1": "fr", "name": "Français"}]', "Released", "", "The Rain", "0.0", "0"),
    ),
    layout(
        "TMDB 5000 credits", "movie_id=source_id; title=title; cast=cast; crew=directors",
        ("19995", "Blue World", '[{"cast_id": 242, "character": "Jake", "name": "Sam Stone", "order": 0}]',
         '[{"credit_id": "52", "department": "Editing", "job": "Editor", "name": "Stephen Marsh"}, '
         '{"credit_id": "53", "department": "Directing", "job": "Director", "name": "James Field"}]'),
        ("285", "At Sea", '[{"cast_id": 4, "character": "Will", "name": "Ada Stone", "order": 0}]', "[]"),
    ),
    layout(
        "Kaggle Netflix titles",
        "show_id=source_id; type=kind; title=title; director=directors; cast=cast; country=countries; date_added=; "
        "release_year=year; rating=; duration=runtime; listed_in=genres; description=plot",
        ("s1", "Movie", "Dick Marsh Is Dead", "Kirsten Stone", "", "United States", "September 25, 2021", "2020",
         "PG-13", "90 min", "Documentaries", "As her father nears the end of his life, a filmmaker stages his death."),
        ("s2", "TV Show", "Water", "", "Ama Qam, Khosi Nge, Gail Mab", "South Africa", "September 24, 2021", "2021",
         "TV-MA", "2 Seasons", "International TV Shows, TV Dramas, TV Mysteries",
         "After crossing paths at a party, a teen sets out to prove whether a private-school star is her sister."),
        ("s3", "Movie", "Sankofa", "Haile Ger", "Kofi Gha, Oya Ogu", "United States, Ghana, Germany",
         "September 24, 2021", "1993", "TV-MA", "125 min", "Dramas, Independent Movies, International Movies",
         "On a photo shoot in Ghana, a model slips back in time and sees the slavery of her ancestors."),
    ),
    layout(
        "Douban in Chinese",
        "片名=title; 导演=directors; 编剧=writers; 主演=cast; 类型=genres; 制片国家/地区=countries; 语言=languages; "
        "上映日期=released; 片长=runtime; 又名=other_titles; IMDb=imdb; 豆瓣评分=rating; 评价人数=votes; 简介=plot",
        ("活着的人", "张一谋", "余华 / 芦苇", "葛优 / 巩俐 / 姜武", "剧情 / 历史 / 家庭", "中国大陆 / 中国香港", "汉语普通话",
         "1994-05-17(戛纳电影节) / 1994-06-30(中国香港)", "132分钟", "人生 / Lifetimes", "tt0110081", "9.3", "822434",
         "一个嗜赌成性的少爷输光家产之后，与妻子儿女一同经历了几十年的风风雨雨，最终只剩下他和外孙活着。"),
        ("雨夜", "王家为", "王家为", "梁朝韦 / 张曼鱼", "爱情 / 剧情", "中国香港 / 法国", "粤语 / 上海话 / 法语", "2000-09-29(中国香港)",
         "98分钟", "", "tt0118694", "8.7", "500123", "两个邻居发现各自的伴侣有了外遇，于是开始见面，渐渐有了说不清的感情。"),
    ),
    layout(
        "Letterboxd watched.csv", "Date=seen; Name=title; Year=year; Letterboxd URI=",
        ("2021-01-03", "Rain Over Water", "2019", "https://boxd.it/hTha"),
        ("2021-01-05", "The Long Road", "1982", "https://boxd.it/2bdE"),
    ),
    layout(
        "Letterboxd ratings and diary",
        "Date=seen; Name=title; Year=year; Letterboxd URI=; Rating=rating; Rewatch=event; Tags=; Watched Date=seen",
        ("2021-01-03", "Rain Over Water", "2019", "https://boxd.it/hTha", "4.5", "", "cinema", "2021-01-02"),
        ("2021-01-05", "The Long Road", "1982", "https://boxd.it/2bdE", "3", "Yes", "", "2021-01-05"),
    ),
    layout(
        "Box Office Mojo",
        "Rank=; Release Group=title; Worldwide=gross; Domestic=gross; %=; Foreign=gross",
        ("1", "Blue World", "$2,788,700,000", "$749,766,139", "26.9%", "$2,038,933,861"),
        ("2", "At Sea", "$1,066,179,725", "$423,315,812", "39.7%", "$642,863,913"),
    ),
    layout(
        "OMDb JSON",
        "Title=title; Year=year; Rated=; Released=released; Runtime=runtime; Genre=genres; Director=directors; "
        "Writer=writers; Actors=cast; Plot=plot; Language=languages; Country=countries; Awards=; Poster=; Ratings=; "
        "Metascore=rating; imdbRating=rating; imdbVotes=votes; imdbID=imdb; Type=kind; DVD=; BoxOffice=gross; "
        "Production=; Website=; Response=",
        ("Guardians", "2017", "PG-13", "05 May 2017", "136 min", "Action, Adventure, Comedy", "James Stone",
         "James Stone, Dan Marsh", "Chris Field, Zoe Hill, Dave Ford", "The crew struggles to keep together while "
         "dealing with family issues and a strange encounter.", "English", "United States", "15 wins & 60 nominations",
         "https://m.example.org/a.jpg", [{"Source": "Internet Movie Database", "Value": "7.6/10"}], "67", "7.6",
         "761,103", "tt3896198", "movie", "N/A", "$389,813,101", "N/A", "N/A", "True"),
        ("Fargo Road", "1996", "R", "N/A", "98 min", "Crime, Thriller", "Joel Hill, Ethan Hill", "Ethan Hill",
         "Bill Marsh", "A car salesman's inept crime falls apart due to his henchmen's bungling and the police work.",
         "English", "United States, United Kingdom", "N/A", "N/A", [], "N/A", "8.1", "700,000", "tt0116282", "movie",
         "N/A", "N/A", "N/A", "N/A", "True"),
    ),
    layout(
        "no headings, IMDb-like rows", "=source_id; =title; =year; =genres; =runtime; =rating",
        *((str(n), f"{a} {b}", str(1950 + 7 * n % 70), g, f"{80 + 3 * n} min", f"{4 + n * 0.37 % 5:.1f}")
          for n, (a, b, g) in enumerate(
              [("Rain", "Road", "Drama,Crime"), ("Cold", "Sea", "Comedy"), ("Long", "Night", "Action,Thriller"),
               ("The", "Wall", "Horror"), ("Blue", "Train", "Romance,Drama"), ("Last", "Letter", "Western"),
               ("Old", "House", "Drama"), ("Red", "Snow", "War")])),
    ),
    layout(
        "no headings, Chinese rows", "=title; =year; =genres; =countries; =directors; =runtime",
        ("活着的人", "1994", "剧情 / 历史", "中国大陆", "张一谋", "132分钟"), ("雨夜花", "2000", "爱情", "中国香港", "王家为", "98分钟"),
        ("小城故事多", "1948", "剧情", "中国大陆", "费穆白", "93分钟"), ("大话西行记", "1995", "喜剧 / 爱情 / 奇幻", "中国香港", "刘镇为", "87分钟"),
        ("红高粱地", "1988", "剧情 / 爱情 / 战争", "中国大陆", "张一谋", "91分钟"),
    ),
)  # fmt: skip
