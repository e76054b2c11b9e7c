"""A document to print."""

from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

_FONT = Path(__file__).with_name("fonts") / "DejaVuSans.ttf"


class Document(FPDF):
    """Paragraphs on numbered pages, in a font that has most people's letters."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.set_title(title)
        self.set_creator("livedebate")
        self.add_font("DejaVu", "", _FONT)
        self.set_margin(20)

    def paragraph(self, text: str, size: float, space: float = 4) -> None:
        """Add a paragraph in points, with so many millimetres beneath it."""
        self.set_font("DejaVu", size=size)
        self.multi_cell(0, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(space)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("DejaVu", size=8)
        self.cell(0, 8, str(self.page_no()), align="C")
