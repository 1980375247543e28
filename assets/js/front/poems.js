/* Written by scripts/front_page.py: quatrains of the network write-quatrains, each with the seed that writes it again. */

export const POEMS = [
  {"seed": 16, "lines": ["四山长映碧云浓", "山色似云溪外通", "林下钓鱼冷如水", "鱼儿时问水分红"]},
  {"seed": 12, "lines": ["卧听梅梢细细霜", "乱红乱后竹藏藏", "小亭斜日步双燕", "几度木犀飞上廊"]},
  {"seed": 2, "lines": ["炉石炉萦昼睡长", "薰炉棋罢夜焚香", "无人不识年年事", "且置无闲醉起床"]},
  {"seed": 18, "lines": ["隐隐茅檐鹊噪班", "深鸦坏屋旧僧闲", "篱边野蝶差成语", "独立寒溪试两斑"]},
  {"seed": 22, "lines": ["风抛竹影上玄堂", "竹上疏篱带露凉", "急遣诗情掠寒院", "东风声闹海棠香"]},
  {"seed": 14, "lines": ["月融天外绛辜秋", "幕府微游罢锦游", "太守湘娥真欲饮", "万枝灵树是孤秋"]},
];
