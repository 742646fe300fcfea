"""Makes the three files of theme/fonts from the originals, which npm has. They are made again only when a sign is missing:

    npm pack @fontsource-variable/source-serif-4 @fontsource-variable/source-code-pro    # and unpack both
    pip install fonttools brotli
    python3 theme/fonts.py source-serif-4/files source-code-pro/files theme/fonts

The license reserves the name "Source" for the originals, so what was made smaller has another name.
"""
import io
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

SIGNS = "20-7E,A0,A7,A9,B0-B3,B5,B7,B9,BC-BE,C4,D6,D7,DC,DF,E0,E4,E7-EA,F1,F6,F7,FC,2013,2014,2018,2019,201C,201D,2020,2022,2026,2191,2193,2212"


def make(original: Path, weights, features, family: str, style: str, made: Path):
    # Written and read again: the subsetter takes no font that was changed in memory.
    limited = io.BytesIO()
    instantiateVariableFont(TTFont(original), {"wght": weights}).save(limited)
    font = TTFont(limited)
    options = Options(layout_features=features, hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(SIGNS))
    subsetter.subset(font)
    full = f"{family} {style}"
    names = {1: family, 2: style, 3: full, 4: full, 6: full.replace(" ", "")}
    for record in font["name"].names:
        record.string = names.get(record.nameID, record.toUnicode())
    font.flavor = "woff2"
    font.save(made)


serif, mono, to = map(Path, sys.argv[1:])
make(serif / "source-serif-4-latin-wght-normal.woff2", (400, 700), ["kern", "liga", "tnum"], "Hello Serif", "Regular", to / "serif.woff2")
make(serif / "source-serif-4-latin-wght-italic.woff2", 400, ["liga"], "Hello Serif", "Italic", to / "serif-italic.woff2")
make(mono / "source-code-pro-latin-wght-normal.woff2", 400, [], "Hello Mono", "Regular", to / "mono.woff2")
