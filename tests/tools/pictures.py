"""Makes the small pictures of the README from the shipped example: `python tests/tools/pictures.py`.

Needs Chromium. Each picture is a page of the example's report, drawn larger and scaled down, with few colours.
"""

from __future__ import annotations

import base64
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"
COLOURS = 32
# Name, page, size of the window, width of the picture, medium.
PICTURES = (
    ("front", "index.html", (1180, 1080), 640, "screen"),
    ("disaster", "disaster/tesla-2015.html", (1180, 880), 640, "screen"),
    ("dont-panic", "dont-panic.html", (800, 1010), 480, "print"),
)
# Scales in the browser, which does it well, and hands back the bare pixels.
_SCALE = """async ([picture, width]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = Math.round(image.height * width / image.width);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
  let text = "";
  for (let at = 0; at < pixels.length; at += 32768) text += String.fromCharCode(...pixels.subarray(at, at + 32768));
  return [canvas.width, canvas.height, btoa(text)];
}"""


def palette_png(pixels: np.ndarray[Any, Any]) -> bytes:
    """A picture of shape (height, width, 3) in bytes of colour, as a PNG of at most COLOURS colours."""
    height, width, _ = pixels.shape
    flat = pixels.reshape(-1, 3).astype(np.int32)
    found, counts = np.unique(flat // 6, axis=0, return_counts=True)
    palette = np.minimum(found[np.argsort(-counts, kind="stable")[:COLOURS]] * 6 + 3, 255)
    # The commonest colours stay exactly as they are, for clean paper and ink, and so do the commonest bright ones.
    exact, counts = np.unique(flat, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    palette[:4] = exact[order[:4]]
    bright = np.ptp(exact[order], axis=1) > 60
    palette[-6:] = exact[order][bright][:6]
    known, inverse = np.unique(flat, axis=0, return_inverse=True)
    nearest = np.array([int(np.argmin(((palette - colour) ** 2).sum(axis=1))) for colour in known], dtype=np.uint8)
    rows = nearest[inverse.reshape(-1)].reshape(height, width)
    body = zlib.compress(np.hstack([np.zeros((height, 1), np.uint8), rows]).tobytes(), 9)

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (part(b"IHDR", head), part(b"PLTE", palette.astype(np.uint8).tobytes()), part(b"IDAT", body))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + part(b"IEND", b"")


def picture(browser: Browser, page: Path, size: tuple[int, int], width: int, medium: Any) -> bytes:
    """The top of a page as a small PNG."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, device_scale_factor=2, bypass_csp=True
    )
    sheet = context.new_page()
    sheet.emulate_media(media=medium, color_scheme="light")
    sheet.goto(page.as_uri())
    if medium == "print":  # a sheet has margins
        sheet.add_style_tag(content="body { padding: 28px !important; }")
    shot = base64.b64encode(sheet.screenshot()).decode()
    sheet.goto("about:blank")
    across, down, pixels = sheet.evaluate(_SCALE, [shot, width])
    context.close()
    flat = np.frombuffer(base64.b64decode(pixels), dtype=np.uint8)
    return palette_png(flat.reshape(down, across, 4)[:, :, :3])


def main() -> None:
    with tempfile.TemporaryDirectory() as room, sync_playwright() as playwright:
        program = [sys.executable, "-m", "auditgen"]
        subprocess.run([*program, "init", "--example", f"{room}/example"], check=True, capture_output=True)
        subprocess.run(
            [*program, "run", "-q", "-w", f"{room}/example", "--as-of", "2026-11-24", "--output", f"{room}/output"],
            check=False,
            capture_output=True,
        )
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        FOLDER.mkdir(exist_ok=True)
        for name, page, size, width, medium in PICTURES:
            data = picture(browser, Path(room, "output", "latest", "site", page), size, width, medium)
            (FOLDER / f"{name}.png").write_bytes(data)
            print(f"docs/pictures/{name}.png: {len(data):,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
