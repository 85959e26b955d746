"""A Christmas Carol (Charles Dickens, 1843, public domain) as sixty scenes for a shoot: our own breakdown of the story.

A line a scene: in or out, light, set, location, eighths, cast by initials.
"""

from kinoeye.treatments.screenplay.strips import SceneStrip

CAST = {
    "S": "SCROOGE", "C": "BOB CRATCHIT", "M": "MRS CRATCHIT", "T": "TINY TIM", "P": "PETER", "A": "MARTHA", "F": "FRED",
    "W": "FRED'S WIFE", "O": "TOPPER", "J": "MARLEY", "1": "GHOST OF CHRISTMAS PAST", "2": "GHOST OF CHRISTMAS PRESENT",
    "3": "GHOST OF CHRISTMAS YET TO COME", "Z": "FEZZIWIG", "Y": "YOUNG SCROOGE", "B": "BELLE", "N": "FAN",
    "K": "SCHOOLBOY SCROOGE", "D": "DICK WILKINS", "G": "CHARITY GENTLEMEN", "L": "MRS DILBER", "H": "CHARWOMAN",
    "U": "UNDERTAKER'S MAN", "Q": "OLD JOE", "R": "BUSINESSMEN", "E": "TURKEY BOY", "V": "CAROLINE AND HUSBAND",
    "I": "BELLE'S HUSBAND",
}  # fmt: skip

SCENES = """
E day CITY STREET | OLD TOWN | 6 | S
I day COUNTING-HOUSE | COUNTING-HOUSE | 10 | SC
I day COUNTING-HOUSE | COUNTING-HOUSE | 14 | SCF
I day COUNTING-HOUSE | COUNTING-HOUSE | 13 | SCG
E dusk COUNTING-HOUSE DOOR | OLD TOWN | 4 | S
I night COUNTING-HOUSE | COUNTING-HOUSE | 8 | SC
E night CORNHILL SLIDE | OLD TOWN | 3 | C
I night TAVERN | TAVERN | 4 | S
E night SCROOGE'S DOOR | OLD TOWN | 6 | SJ
I night STAIRCASE | SCROOGE'S HOUSE | 5 | S
I night SCROOGE'S CHAMBERS | SCROOGE'S HOUSE | 7 | S
I night SCROOGE'S CHAMBERS | SCROOGE'S HOUSE | 26 | SJ
E night STREET OF PHANTOMS | OLD TOWN | 5 | SJ
I night SCROOGE'S BEDROOM | SCROOGE'S HOUSE | 6 | S
I night SCROOGE'S BEDROOM | SCROOGE'S HOUSE | 14 | S1
E day COUNTRY ROAD | COUNTRY | 8 | S1
I day SCHOOLROOM | SCHOOL | 12 | S1K
I day SCHOOLROOM, YEARS LATER | SCHOOL | 13 | S1KN
E day SCHOOL YARD | SCHOOL | 4 | S1KN
I night FEZZIWIG'S WAREHOUSE | WAREHOUSE | 9 | S1ZYD
I night FEZZIWIG'S BALL | WAREHOUSE | 20 | S1ZYDB
I night WAREHOUSE AFTER THE BALL | WAREHOUSE | 7 | S1YD
E day PARK BENCH | COUNTRY | 15 | S1YB
I night BELLE'S HOUSE | BELLE'S HOUSE | 13 | S1BI
I night SCROOGE'S BEDROOM | SCROOGE'S HOUSE | 6 | S1
I night SCROOGE'S SITTING-ROOM | SCROOGE'S HOUSE | 16 | S2
E day CHRISTMAS MARKET | OLD TOWN | 11 | S2
E day BAKERS' SHOPS | OLD TOWN | 6 | S2
I day CRATCHITS' HOUSE | CRATCHITS' HOUSE | 12 | S2MPA
I day CRATCHITS' HOUSE | CRATCHITS' HOUSE | 14 | S2CMPAT
I day CRATCHITS' DINNER | CRATCHITS' HOUSE | 18 | S2CMPAT
I night CRATCHITS' HEARTH | CRATCHITS' HOUSE | 13 | S2CMPAT
E night MOOR | COUNTRY | 5 | S2
I night MINERS' HUT | COUNTRY | 4 | S2
E night LIGHTHOUSE | COAST | 4 | S2
E night SHIP'S DECK | COAST | 4 | S2
I night FRED'S DRAWING-ROOM | FRED'S HOUSE | 18 | S2FWO
I night FRED'S GAMES | FRED'S HOUSE | 13 | S2FWO
I night HOSPITAL WARD | SCHOOL | 4 | S2
E night CLOCK TOWER, WANT AND IGNORANCE | OLD TOWN | 11 | S2
E night CLOCK TOWER | OLD TOWN | 7 | S3
I day EXCHANGE | EXCHANGE | 12 | S3R
I day EXCHANGE GALLERY | EXCHANGE | 6 | S3R
I night OLD JOE'S SHOP | OLD JOE'S SHOP | 20 | S3LHUQ
I night BARE BEDROOM | SCROOGE'S HOUSE | 9 | S3
I night CAROLINE'S ROOM | TAVERN | 8 | S3V
I night CRATCHITS' HOUSE IN MOURNING | CRATCHITS' HOUSE | 15 | S3CMPA
I night TIM'S ROOM | CRATCHITS' HOUSE | 4 | S3CT
E day COUNTING-HOUSE WINDOW | OLD TOWN | 3 | S3
E night CHURCHYARD | CHURCHYARD | 14 | S3
I day SCROOGE'S BEDROOM | SCROOGE'S HOUSE | 10 | S
E day SCROOGE'S WINDOW | OLD TOWN | 8 | SE
E day SCROOGE'S DOOR | OLD TOWN | 5 | SE
E day CITY STREET | OLD TOWN | 7 | SG
I day CHURCH | CHURCHYARD | 3 | S
E day FRED'S DOORSTEP | FRED'S HOUSE | 4 | S
I day FRED'S DRAWING-ROOM | FRED'S HOUSE | 11 | SFWO
I day COUNTING-HOUSE | COUNTING-HOUSE | 13 | SC
I day CRATCHITS' HOUSE | CRATCHITS' HOUSE | 9 | SCMPAT
E day CITY STREET IN SNOW | OLD TOWN | 5 | ST
"""


def strips() -> list[SceneStrip]:
    """Return the scenes."""
    found = []
    for number, line in enumerate(SCENES.strip().splitlines(), 1):
        head, location, eighths, cast = (part.strip() for part in line.split("|"))
        place, light, room = head.split(" ", 2)
        is_interior = place == "I"
        heading = f"{'INT' if is_interior else 'EXT'}. {room} - {light.upper()}"
        names = tuple(CAST[initial] for initial in cast)
        found.append(
            SceneStrip(str(number), str(number), heading, room, location, is_interior, light, int(eighths), names)
        )
    return found
