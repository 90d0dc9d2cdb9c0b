"""What the demo's customers complain about, and how it is solved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A complaint and its solution, as people write them."""

    product: str
    text: str
    cause: str
    department: str
    kind: str
    plan: str
    result: str


CUSTOMERS = [
    ("丽华商贸有限公司", "0571-8800 1203"),
    ("北方重工设备厂", "wangjl@beifang.example"),
    ("Nordwind Pumpen GmbH", "service@nordwind.example"),
    ("江南食品机械公司", "0512-6677 8090"),
    ("明达水务集团", "repair@mingda.example"),
    ("西部矿业装备", "029-8123 4567"),
    ("Harper Water Services", "m.harper@harper.example"),
    ("东海造船厂", "0574-8899 0011"),
]

PROBLEMS = [
    Problem(
        "HY-200",
        "昨天上午九点，运行约两小时后泵体与电机连接处漏油，地面有油迹，已停机，影响一条灌装线。",
        "密封圈批次硬度偏低，检测报告见附件。",
        "purchasing", "replace",
        "三日内更换同型号新泵，采购部对该批次密封圈复检。",
        "已更换新泵并试运行 30 分钟，无渗漏。",
    ),
    Problem(
        "HY-350",
        "启动时异响明显，振动值 7.1 mm/s，超过铭牌规定，轴承座发热。",
        "装配时联轴器同轴度超差 0.18 mm。",
        "production", "repair",
        "维修技师到现场重新校正同轴度并更换轴承。",
        "校正后振动值 1.9 mm/s，温升正常。",
    ),
    Problem(
        "QV-40",
        "On 12 May the valve did not close completely; about 3 l/min kept leaking and the line had to be stopped.",
        "A burr on the valve seat, left over from milling.",
        "production", "repair",
        "The seat is re-ground at the customer's site within two working days.",
        "Seat re-ground, tight at 16 bar for ten minutes.",
    ),
    Problem(
        "HY-200",
        "到货包装破损，泵壳有裂纹，木箱底部受潮。",
        "运输途中堆放不当，包装强度不足。",
        "sales", "compensate",
        "赔偿运费与检测费，改用加厚木箱。",
        "赔偿款已支付，客户确认收到。",
    ),
    Problem(
        "KF-15",
        "控制器显示屏在 35 ℃ 以上花屏，重启后约一小时再次出现。",
        "显示模块供电滤波电容选型不当。",
        "quality", "replace",
        "更换改进型控制器，其余库存返工。",
        "更换后在 45 ℃ 环境连续运行 8 小时正常。",
    ),
    Problem(
        "HY-500",
        "流量只有标称值的八成，进口压力正常，电流偏低。",
        "叶轮型号装错，误装 HY-350 叶轮。",
        "production", "replace",
        "更换正确叶轮并复测性能曲线。",
        "流量达到标称值的 101%。",
    ),
    Problem(
        "QV-40",
        "阀门手轮脱落，螺纹滑牙，操作人员险些受伤。",
        "手轮螺钉扭矩未按工艺执行。",
        "production", "repair",
        "更换手轮总成，工位增加扭矩扳手点检。",
        "已更换并做 200 次开关试验。",
    ),
]  # fmt: skip
