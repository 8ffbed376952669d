"""What kinds and levels of bodies are called in Chinese."""

from collections.abc import Mapping

KIND_LABELS: Mapping[str, str] = {
    "government": "人民政府",
    "office": "政府办公厅（室）",
    "department": "工作部门",
    "agency": "其他单位",
}
LEVEL_LABELS: Mapping[str, str] = {
    "state": "国家",
    "province": "省级",
    "prefecture": "地级",
    "county": "县级",
    "township": "乡级",
}
LEVEL_ALSO: Mapping[str, tuple[str, ...]] = {
    "state": ("国家级", "中央"),
    "province": ("省",),
    "prefecture": ("市", "市级", "地市", "地市级"),
    "county": ("县", "区", "区级", "区县", "县区", "区县级"),
    "township": ("乡", "镇", "乡镇", "街道", "镇级", "乡镇级"),
}
"""What people call a level besides."""
