"""Log names: what the columns of a viewing log are called, and what players call what viewers do.

Names come from what players, measuring services and data sets write: Mux, Conviva, Adobe's media collection, xAPI's
video profile, HTML5's media events, CMCD, MovieLens, Netflix' and YouTube's own exports. Where two columns may be one
thing, the one named first is taken: a title's id before its name.
"""

from collections.abc import Mapping

from kinoeye.headings import words_of

# What a column of a log can be, and the headings of each; lower case, words apart.
_NAMES: Mapping[str, str] = {
    "viewer": "viewer user id; user id; viewer id; profile id; customer id; subscriber id; account id; member id; "
              "visitor id; mux viewer id; anonymous id; uid; user uid; household id; cust id; userid; profile name; "
              "user; viewer; profile; account; username; user name; customer; member; subscriber; actor account name; "
              "actor mbox; actor open id; actor name; email; e mail; x cs username; "
              "用户id; 用户编号; 用户; 用户名; 观众; 会员; 账号",
    "session": "session id; view id; playback session id; view session id; session; sid; visit id; context "
               "registration; play id; media session id; sessionid; cmcd sid; 会话id; 会话",
    "title": "movie id; title id; video id; content id; asset id; item id; media id; show id; programme id; "
             "program id; episode id; film id; object id; cid; custom content id; movieid; video; movie; film; title; "
             "video title; movie title; asset name; content name; content title; media name; media title; programme; "
             "program; item; content; title name; name; 影片id; 电影id; 片名; 影片; 电影; 标题",
    "at": "timestamp; event time; event timestamp; client timestamp; client time; device time; occurred at; time; ts; "
          "time stamp; datetime; date time; start time; view start; watched at; watched date; date watched; "
          "viewed at; created at; when; at; date; event date; start; utc time; begin time; unix time; "
          "观看时间; 时间戳; 时间; 日期; 评分时间; 观影日期",
    "clock": "time of day; clock",
    "received": "received at; received; server time; server timestamp; stored; received time; arrival time; "
                "ingested at; ingest time; collected at; server received at; collector tstamp; log time; 接收时间",
    "zone": "timezone; time zone; tz; utc offset; zone; timezone offset; tz offset; 时区",
    "event": "event type; event; event name; action; verb id; verb; verb display; interaction; activity; "
             "player event; playback event; type; event action; state; player state; 事件; 事件类型; 操作",
    "position": "playhead position; playhead; playhead time; player playhead time; position; current time; "
                "video position; media position; player position; time from; from position; seek from; pht; offset; "
                "video time; extensions time; bookmark; latest bookmark; progress seconds; seconds; cmcd pt; "
                "播放位置; 播放进度",
    "target": "seek target; seek to; target; to position; time to; new position; position to; destination; "
              "seek end; 目标位置",
    "length": "watch time; watched seconds; seconds watched; view total content playback time; watch duration; "
              "view duration; viewing duration; viewing time; time watched; watched; rebuffer duration; "
              "buffering duration; buffer duration; stall duration; buffering time; result duration; duration; "
              "play time; playing time; minutes watched; watch seconds; 观看时长; 时长",
    "whole": "video duration; media duration; content duration; video source duration; content length; "
             "title length; video length; media length; runtime; asset length; title duration; movie length; "
             "extensions length; total duration; 片长; 影片时长",
    "rating": "rating; stars; score; user rating; rating value; star rating; 评分; 打分; 星级",
    "rate": "playback rate; playback speed; speed; rate; 播放速度",
    "bitrate": "bitrate kbps; bitrate; kbps; bit rate; bitrate kbit s; video bitrate; rendition bitrate; "
               "indicated bitrate; 码率",
    "agent": "user agent; ua; cs user agent; http user agent; useragent; browser user agent",
    "address": "ip; ip address; client ip; c ip; remote addr; remote host; x forwarded for; viewer ip; ip addr",
    "device": "device id; client id; player id; installation id; device uuid; device",
    "query": "cs uri query; query string; query; request uri; url; uri; request url; request; cs uri",
    "cmcd_header": "cmcd; cmcd request; cmcd object; cmcd status; cmcd session; cmcd query",
}  # fmt: skip

# What players call what viewers do, as words; the surest name of an event of ours stands first.
_EVENTS: Mapping[str, str] = {
    "play": "play; playing; played; start; started; begin; resume; resumed; resuming; unpause; session start; "
            "video start; first frame; view start; autoplay; launched; launch; initialized; rate change; "
            "playback rate change; ratechange; sessionstart; viewstart; viewinit; chapter start; 播放; 开始; 继续",
    "pause": "pause; paused; pause start; 暂停",
    "seek": "seek; seeked; seeking; seek start; seek end; scrub; scrubbed; scrubbing; skip; skipped; rewind; rewound; "
            "fast forward; forward; jump; jumped; skip forward; skip back; skip intro; 快进; 快退; 拖动; 跳转",
    "stop": "stop; stopped; end; ended; complete; completed; finish; finished; terminate; terminated; exit; exited; "
            "close; closed; quit; view end; session end; session complete; abandon; abandoned; stop watching; "
            "leave; left; viewend; sessionend; error; fatal error; 停止; 结束; 退出; 播完",
    "heartbeat": "heartbeat; ping; progress; time update; timeupdate; playhead; tick; alive; update; pulse; hb; "
                 "first quartile; midpoint; third quartile; quartile; buffer end; buffering end; rebuffer end; "
                 "stall end; rebufferend; bufferend; stallend; watching; interval; interacted; 心跳; 进度",
    "rebuffer": "rebuffer; rebuffering; rebuffer start; buffer; buffering; buffer start; buffering start; stall; "
                "stalled; stall start; rebufferstart; bufferstart; waiting; "
                "connection induced rebuffering; freeze; 卡顿; 缓冲",
    "quality": "quality; quality change; quality changed; renditionchange; bitratechange; "
               "qualitychange; bitrate change; bitrate changed; rendition change; "
               "resolution change; adaptation; level switch; switch; abr switch; 清晰度; 切换清晰度",
    "rating": "rating; rate; rated; review; reviewed; star; scored; like; liked; thumbs up; dislike; disliked; "
              "thumbs down; 评分; 打分; 点赞; 点踩",
    "search": "search; searched; query; searching; 搜索",
    "click": "click; clicked; tap; tapped; select; selected; open; opened; details; title click; choose; accessed; "
             "点击",
    "impression": "impression; impressed; shown; show; displayed; display; exposure; exposed; rendered; seen; "
                  "recommendation shown; 曝光; 展示",
    "watched": "watched; watch; viewed; view; stream; streamed; viewing; experienced; 观看; 看过",
}  # fmt: skip

LIKED = {words_of(each): value for each, value in (
    ("like", 10.0), ("liked", 10.0), ("thumbs up", 10.0), ("点赞", 10.0),
    ("dislike", 0.0), ("disliked", 0.0), ("thumbs down", 0.0), ("点踩", 0.0),
)}  # fmt: skip

# Words around a player's own name of an event that add nothing: "video_play", "media.pingStart", "onPause".
_AROUND = frozenset(
    {"video", "media", "player", "playback", "content", "on", "movie", "user", "viewer", "event", "main", "vod", "did"}
)

UNITS = {
    "ms": "ms", "millis": "ms", "milliseconds": "ms", "msec": "ms", "us": "us", "micros": "us", "ns": "ns",
    "s": "s", "sec": "s", "secs": "s", "seconds": "s", "min": "min", "mins": "min", "minutes": "min", "h": "h",
    "hours": "h", "kbps": "kbit", "kbit": "kbit", "bps": "bit", "秒": "s", "毫秒": "ms", "分钟": "min",
}  # fmt: skip

_ROLES = {
    words_of(name): (role, place)
    for role, names in _NAMES.items() for place, name in enumerate(each for each in names.split(";") if each.strip())
}  # fmt: skip
_EVENT_OF = {words_of(name): event for event, names in _EVENTS.items() for name in names.split(";") if name.strip()}
_PLACES_APART = 100  # more than names of one role: a name inside a longer one comes after all whole ones


def role_of(heading: str) -> tuple[str, int] | None:
    """Return what a heading says that a column of a log is, and how late that name is taken; None if nothing.

    Examples
    --------
    >>> role_of("movieId"), role_of("Profile Name"), role_of("result.extensions.time"), role_of("genres")
    (('title', 0), ('viewer', 16), ('position', 115), None)
    """
    parts = words_of(heading.replace("(", " ").replace(")", " ")).split()
    if len(parts) > 1 and parts[-1] in UNITS and " ".join(parts) not in _ROLES:
        parts = parts[:-1]
    if (words := " ".join(parts)) in _ROLES:
        return _ROLES[words]
    for first in range(1, len(parts)):
        tail = " ".join(parts[first:])
        if tail in _ROLES and (len(parts) - first > 1 or tail in _SINGLE):
            role, place = _ROLES[tail]
            return role, place + _PLACES_APART
    return None


def unit_of(heading: str) -> str:
    """Return the unit that a heading names: s, ms, us, ns, min, h, kbit or bit; empty if it names none.

    Examples
    --------
    >>> unit_of("position_ms"), unit_of("Duration (minutes)"), unit_of("title")
    ('ms', 'min', '')
    """
    parts = words_of(heading.replace("(", " ").replace(")", " ")).split()
    return UNITS.get(parts[-1], "") if parts else ""


# Single words that say what a column is whatever stands before them.
_SINGLE = frozenset({"playhead", "timestamp", "bitrate", "timezone", "viewer", "rating", "sid", "cid"})


def event_of(name: str) -> str:
    """Return what a log's name of an event is here; empty for one that is not known.

    Examples
    --------
    >>> event_of("https://w3id.org/xapi/video/verbs/seeked"), event_of("media.bufferStart"), event_of("video_play")
    ('seek', 'rebuffer', 'play')
    """
    own = name.strip()
    words = words_of(own.rstrip("/").rsplit("/", 1)[-1] if "://" in own else own)
    if words in _EVENT_OF:
        return _EVENT_OF[words]
    parts = [each for each in words.split() if each not in _AROUND]
    for end in range(len(parts), 0, -1):
        if (part := " ".join(parts[:end])) in _EVENT_OF:
            return _EVENT_OF[part]
    return _EVENT_OF.get(parts[-1], "") if parts else ""
