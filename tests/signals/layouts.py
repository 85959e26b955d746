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

# Written after the rules were fixed, and never tuned on before they were measured.
HELD = (
    layout(
        "Kaggle IMDB 5000",
        "color=; director_name=directors; num_critic_for_reviews=; duration=runtime; director_facebook_likes=; "
        "actor_3_facebook_likes=; actor_2_name=cast; actor_1_facebook_likes=; gross=gross; genres=genres; "
        "actor_1_name=cast; movie_title=title; num_voted_users=votes; cast_total_facebook_likes=; actor_3_name=cast; "
        "facenumber_in_poster=; plot_keywords=; movie_imdb_link=imdb; num_user_for_reviews=; language=languages; "
        "country=countries; content_rating=; budget=budget; title_year=year; actor_2_facebook_likes=; "
        "imdb_score=rating; aspect_ratio=; movie_facebook_likes=",
        ("Color", "James Stone", "723", "178", "0", "855", "Joel Marsh", "1000", "760505847",
         "Action|Adventure|Fantasy|Sci-Fi", "CCH Pound", "Blue World\u00a0", "886204", "4834", "Wes Stud", "0",
         "moon|future|marine", "http://www.imdb.com/title/tt0499549/?ref_=fn_tt_tt_1", "3054", "English", "USA",
         "PG-13", "237000000", "2009", "936", "7.9", "1.78", "33000"),
        ("Color", "Gore Hill", "302", "169", "563", "1000", "Orlando Field", "40000", "309404152",
         "Action|Adventure|Fantasy", "Johnny Dale", "At Sea\u00a0", "471220", "48350", "Jack Port", "0",
         "goddess|marriage", "http://www.imdb.com/title/tt0449088/?ref_=fn_tt_tt_1", "1238", "English", "UK",
         "PG-13", "300000000", "2007", "5000", "7.1", "2.35", "0"),
    ),
    layout(
        "Kaggle IMDb top 1000",
        "Poster_Link=; Series_Title=title; Released_Year=year; Certificate=; Runtime=runtime; Genre=genres; "
        "IMDB_Rating=rating; Overview=plot; Meta_score=rating; Director=directors; Star1=cast; Star2=cast; "
        "Star3=cast; Star4=cast; No_of_Votes=votes; Gross=gross",
        ("https://m.example.com/a.jpg", "The Wall", "1994", "A", "142 min", "Drama", "9.3",
         "Two imprisoned men bond over a number of years, finding solace through common decency.", "80", "Frank Dale",
         "Tim Stone", "Morgan Hill", "Bob Gun", "William Sad", "2343110", "28,341,469"),
        ("https://m.example.com/b.jpg", "The Family", "PG", "UA", "175 min", "Crime, Drama", "9.2",
         "An organized crime dynasty's aging patriarch transfers control to his reluctant son.", "100", "Francis Ford",
         "Marlon Bran", "Al Pace", "James Can", "Diane Keat", "1620367", ""),
        ("https://m.example.com/c.jpg", "Night", "2008", "UA", "152 min", "Action, Crime", "9", "A menace wreaks havoc "
         "and chaos on the people of a great city of the north.", "", "Chris Nol", "Chris Bal", "Heath Led",
         "Aaron Eck", "Mike Cain", "2303232", "534,858,444"),
    ),
    layout(
        "The Movies Dataset",
        "adult=; belongs_to_collection=; budget=budget; genres=genres; homepage=; id=source_id; imdb_id=imdb; "
        "original_language=languages; original_title=original_title; overview=plot; popularity=; poster_path=; "
        "production_companies=; production_countries=countries; release_date=released; revenue=gross; "
        "runtime=runtime; spoken_languages=languages; status=; tagline=; title=title; video=; vote_average=rating; "
        "vote_count=votes",
        ("False", "{'id': 10194, 'name': 'Toys'}", "30000000", "[{'id': 16, 'name': 'Animation'}]", "", "862",
         "tt0114709", "en", "Toys", "Led by Woody, the toys live happily in the room until a birthday comes around.",
         "21.9", "/rh.jpg", "[{'name': 'Studio', 'id': 3}]",
         "[{'iso_3166_1': 'US', 'name': 'United States of America'}]", "1995-10-30", "373554033.0", "81.0",
         "[{'iso_639_1': 'en', 'name': 'English'}]", "Released", "", "Toys", "False", "7.7", "5415.0"),
        ("False", "", "0", "[{'id': 18, 'name': 'Drama'}]", "", "8844", "tt0113497", "fr", "Le Jeu",
         "When siblings find an enchanted board game they unwittingly open a door to another world.", "17.0",
         "/vz.jpg", "[]", "[{'iso_3166_1': 'FR', 'name': 'France'}]", "1995-12-15", "0.0", "104.0",
         "[{'iso_639_1': 'fr', 'name': 'Français'}]", "Released", "Roll!", "The Game", "False", "6.9", "2413.0"),
    ),
    layout(
        "IMDb ratings export",
        "Const=imdb; Your Rating=rating; Date Rated=seen; Title=title; Original Title=original_title; URL=; "
        "Title Type=kind; IMDb Rating=rating; Runtime (mins)=runtime; Year=year; Genres=genres; Num Votes=votes; "
        "Release Date=released; Directors=directors",
        ("tt0111161", "9", "2019-01-02", "The Wall", "The Wall", "https://www.imdb.com/title/tt0111161", "Movie",
         "9.3", "142", "1994", "Drama", "2800000", "1994-10-14", "Frank Dale"),
        ("tt0068646", "8", "2019-02-03", "The Family", "The Family", "https://www.imdb.com/title/tt0068646", "Movie",
         "9.2", "175", "1972", "Crime, Drama", "1900000", "1972-03-24", "Francis Ford"),
    ),
    layout(
        "The Numbers budgets",
        "=; Release Date=released; Movie=title; Production Budget=budget; Domestic Gross=gross; "
        "Worldwide Gross=gross",
        ("1", "Dec 18, 2009", "Blue World", "$237,000,000", "$760,507,625", "$2,788,700,000"),
        ("2", "May 20, 2011", "At Sea: Strange Tides", "$379,000,000", "$241,063,875", "$1,045,663,875"),
        ("3", "Jun 7, 2019", "Dark Bird", "$350,000,000", "$42,762,350", "$149,762,350"),
    ),
    layout(
        "Wikipedia plots",
        "Release Year=year; Title=title; Origin/Ethnicity=; Director=directors; Cast=cast; Genre=genres; Wiki Page=; "
        "Plot=plot",
        ("1901", "The Saloon", "American", "Unknown", "", "unknown", "https://en.wikipedia.org/wiki/The_Saloon",
         "A bartender is working at a saloon, serving drinks to customers. After he fills a stereotypical mug."),
        ("1902", "Moonlight", "American", "Edwin Port", "May Clark", "comedy", "https://en.wikipedia.org/wiki/Moon",
         "The moon, painted with a smiling face, hangs over a park at night while a young couple walks past."),
    ),
    layout(
        "Rotten Tomatoes",
        "rotten_tomatoes_link=; movie_title=title; movie_info=plot; critics_consensus=; content_rating=; "
        "genres=genres; directors=directors; authors=writers; actors=cast; original_release_date=released; "
        "runtime=runtime; production_company=; tomatometer_status=; tomatometer_rating=rating; "
        "tomatometer_count=votes; audience_rating=rating; audience_count=votes",
        ("m/0814255", "The Thief", "Always trouble-prone, the life of teenager Percy gets a lot more complicated when "
         "he learns he's the son of a god.", "Though it may seem like just another imitator.", "PG",
         "Action & Adventure, Comedy, Drama", "Chris Col", "Craig Tit, Rick Rio", "Logan Ler, Brandon Jack",
         "2010-02-12", "119", "Fox", "Rotten", "49", "149", "53", "254421"),
        ("m/0878835", "Please Give", "Kate and her husband Alex are wealthy New Yorkers who prowl estate sales and "
         "make a tidy profit.", "", "R", "Comedy", "Nicole Hol", "Nicole Hol", "Catherine Kee, Amanda Pee",
         "2010-04-30", "90", "Sony", "Certified-Fresh", "87", "142", "64", "11574"),
    ),
    layout(
        "Maoyan box office in Chinese",
        "排名=; 影片名称=title; 上映日期=released; 累计票房(万元)=gross; 平均票价=; 场均人次=; 出品公司=; 导演=directors; 主演=cast; "
        "评分=rating; 类型=genres",
        ("1", "长空之王者", "2021-09-30", "577541.2", "46.3", "24", "博纳", "陈凯哥", "吴京天,易烊玺", "9.5", "剧情,历史,战争"),
        ("2", "战狼行动", "2017-07-27", "568874.8", "35.1", "38", "登峰", "吴京天", "吴京天,弗兰克", "9.7", "动作,战争"),
        ("3", "李焕银", "2021-02-12", "541330.0", "44.7", "24", "大碗", "贾玲珑", "贾玲珑,张小菲,沈腾飞", "9.5", "喜剧,剧情"),
    ),
    layout(
        "Traditional Chinese",
        "片名=title; 導演=directors; 主演=cast; 類型=genres; 國家=countries; 語言=languages; 片長=runtime; 年份=year; 劇情簡介=plot; 評分=rating",
        ("悲情的城", "侯孝先", "梁朝韋、辛樹芬", "劇情", "台灣", "國語、台語", "157分鐘", "1989", "一九四五年，林家四兄弟在動盪的時代裡各自走向不同的命運，家族由盛轉衰。", "8.9"),
        ("一一二", "楊德常", "吳念珍、金燕玲", "劇情、愛情", "台灣", "國語", "173分鐘", "2000", "透過一家人的生活，描寫台北中產階級在婚禮與葬禮之間的喜怒哀樂與迷惘。", "9.1"),
    ),
    layout(
        "TVmaze shows JSON",
        "id=source_id; url=; name=title; type=kind; language=languages; genres=genres; status=; runtime=runtime; "
        "averageRuntime=runtime; premiered=released; ended=; officialSite=; rating=rating; weight=; summary=plot",
        (1, "https://www.tvmaze.com/shows/1/dome", "The Dome", "Scripted", "English", ["Drama", "Science-Fiction"],
         "Ended", 60, 60, "2013-06-24", "2015-09-10", "http://www.example.com/", "6.5", 98,
         "<p>The story of a small town that is suddenly and inexplicably sealed off from the world.</p>"),
        (2, "https://www.tvmaze.com/shows/2/person", "Persons", "Scripted", "English", ["Action", "Crime"], "Ended",
         60, 60, "2011-09-22", "2016-06-21", "http://www.example.com/", "8.8", 97,
         "<p>You are being watched. The government has a secret system, a machine that spies on you.</p>"),
    ),
    layout(
        "Netflix viewing activity",
        "Profile Name=viewer; Start Time=seen; Duration=runtime; Attributes=; Title=; Supplemental Video Type=; "
        "Device Type=event; Bookmark=event; Latest Bookmark=event; Country=countries".replace("Title=;", "Title=title;"),
        ("Ada", "2021-03-01 20:01:02", "00:45:10", "", "Winter House: Season 1: Pilot", "", "Smart TV", "00:45:10",
         "00:45:10", "US (United States)"),
        ("Ada", "2021-03-02 20:01:02", "00:41:10", "Autoplayed", "Winter House: Season 1: Two", "", "Smart TV",
         "00:41:10", "00:41:10", "US (United States)"),
    ),
    layout(
        "names of somebody's own",
        "f1=source_id; bezeichnung=title; jahr=year; sparte=genres; herkunft=countries; laenge=runtime; note=rating",
        *((f"F{n:04d}", f"{a} {b}", str(1960 + 5 * n), g, c, f"{85 + 4 * n} min", f"{5 + n * 0.45:.1f}/10")
          for n, (a, b, g, c) in enumerate(
              [("Der", "Regen", "Drama", "Germany"), ("Das", "Haus", "Comedy", "Austria"),
               ("Die", "Mauer", "Crime", "Switzerland"), ("Kalte", "See", "Horror", "France"),
               ("Rote", "Erde", "War", "Poland"), ("Letzter", "Brief", "Romance", "Italy")])),
    ),
)  # fmt: skip

# Written after the rules had been mended by `HELD`.
LATE = (
    layout(
        "IMDb extensive",
        "imdb_title_id=imdb; title=title; original_title=original_title; year=year; date_published=released; "
        "genre=genres; duration=runtime; country=countries; language=languages; director=directors; writer=writers; "
        "production_company=; actors=cast; description=plot; avg_vote=rating; votes=votes; budget=budget; "
        "usa_gross_income=gross; worlwide_gross_income=gross; metascore=rating; reviews_from_users=; "
        "reviews_from_critics=",
        ("tt0000009", "Miss Jerry", "Miss Jerry", "1894", "1894-10-09", "Romance", "45", "USA", "None", "Alex Black",
         "Alex Black", "Black Photoplays", "Blanche Bay, William Court", "The adventures of a female reporter.",
         "5.9", "154", "", "", "", "", "1.0", "2.0"),
        ("tt0002101", "Cleopatra", "Cleopatra", "1912", "1912-11-13", "Drama, History", "100", "USA", "English",
         "Charles Gask", "Victorien Sard", "Helen Players", "Helen Gard, Pearl Sind", "The fabled queen's affair with "
         "a Roman general is ruinous for both.", "5.2", "446", "$ 45000", "$ 12000", "$ 20000", "64", "25.0", "3.0"),
    ),
    layout(
        "FilmTV",
        "filmtv_id=source_id; title=title; year=year; genre=genres; duration=runtime; country=countries; "
        "directors=directors; actors=cast; avg_vote=rating; critics_vote=rating; public_vote=rating; total_votes=votes; "
        "description=plot; notes=; humor=; rhythm=",
        ("2", "Bugs", "1994", "Comedy", "94", "United States", "Chuck Jon", "", "7.7", "8.0", "7.0", "26",
         "A collection of the best animated shorts, some of them never seen before in the cinema.", "", "3", "3"),
        ("3", "18 anni tra una settimana", "1991", "Drama", "98", "Italy", "Luigi Per", "Kim Ross, Simona Cav", "6.5",
         "6.0", "7.0", "4", "Samantha, almost eighteen, begins to work in a bar at the edge of the town.", "", "0",
         "2"),
    ),
    layout(
        "Mtime in Chinese",
        "影片编号=source_id; 中文名=title; 英文名=original_title; 年代=year; 国家地区=countries; 影片类型=genres; 影片时长=runtime; 导演=directors; "
        "编剧=writers; 演员表=cast; 首映日期=released; 时光评分=rating; 评分人数=votes; 预算=budget; 全球票房=gross; 剧情介绍=plot; 海报=",
        ("12231", "肖申的门", "The Gate", "1994", "美国", "剧情|犯罪", "142分钟", "弗兰克·德拉", "斯蒂芬·金斯", "蒂姆·罗宾|摩根·弗里", "1994年9月10日",
         "9.1", "50123", "2500万美元", "5834万美元", "一名银行家被冤入狱，在漫长的岁月里用智慧和坚持赢得了自由。", "http://example.org/a.jpg"),
        ("10190", "英雄传", "Hero", "2002", "中国/中国香港", "动作|古装", "99分钟", "张一谋", "李冯", "李连|梁朝韦", "2002年12月14日", "7.6", "20311",
         "1.5亿元", "1.77亿美元", "战国末期，一位无名剑客来到秦王面前，讲述他如何除掉三名刺客。", "http://example.org/b.jpg"),
    ),
    layout(
        "Disney+ titles without headings",
        "=source_id; =kind; =title; =directors; =cast; =countries; =; =year; =; =runtime; =genres; =plot",
        *((f"s{n}", "Movie" if n % 2 else "TV Show", t, d, c, k, "November 26, 2021", str(1990 + 3 * n), "TV-G",
           f"{80 + n} min" if n % 2 else "1 Season", g,
           "A long account of what happens to the people of this story, and of what they find in the end.")
          for n, (t, d, c, k, g) in enumerate([
              ("Duck the Halls", "Alonso Ram", "Chris Dia, Tony Ans", "United States", "Animation, Family"),
              ("Ernest Saves", "John Cher", "Jim Varn, Noelle Par", "Canada", "Comedy"),
              ("Ice Age Again", "Karen Dis", "Ray Rom, John Leg", "United States", "Animation, Comedy, Family"),
              ("The Queen Family", "Hamish Ham", "Darren Cri, Adam Lam", "France", "Musical"),
              ("The Beatles There", "Peter Jac", "John Len, Paul McC", "New Zealand", "Docuseries, Music"),
              ("Becoming Cousteau", "Liz Gar", "Jacques Cou, Vincent Cas", "United States", "Biographical, Documentary"),
          ])),
    ),
    layout(
        "Trakt history",
        "rated_at=seen; type=kind; title=title; year=year; trakt_rating=rating; trakt_id=source_id; imdb_id=imdb; "
        "tmdb_id=tmdb; url=; released=released; runtime=runtime; genres=genres",
        ("2021-04-01T20:00:00.000Z", "movie", "Rain Over Water", "2019", "8.1", "1200", "tt7286456", "475557",
         "https://trakt.tv/movies/rain", "2019-10-04", "122", "crime,drama,thriller"),
        ("2021-04-02T20:00:00.000Z", "show", "Winter House", "2011", "9.0", "1390", "tt0944947", "1399",
         "https://trakt.tv/shows/winter", "2011-04-18", "60", "drama,fantasy"),
    ),
)  # fmt: skip
