"""The corpora whose recorded databases are compared with: by name the tree, and the folder of its migrations.

PARITY_CORPORA: a folder with the trees; PARITY_TRUTH: the recordings; PARITY: another build than that of `cargo build`.
"""
import os, pathlib

ROOT = pathlib.Path(__file__).parent.parent
CORPORA, TRUTH = os.environ.get("PARITY_CORPORA"), os.environ.get("PARITY_TRUTH")
PARITY = os.environ.get("PARITY", str(ROOT / "target/debug/parity"))
KNOWN = {
    "liam": ("liam-tree", "frontend/internal-packages/db/supabase/migrations"),
    "onlook": ("onlook-tree", "apps/backend/supabase/migrations"),
    "odoo_20260215": ("ipai-tree", "supabase/migrations"),
    "sozu": ("sozu-tree", "supabase/migrations"),
}
