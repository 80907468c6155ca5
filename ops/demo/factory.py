"""The demo factory, as its own people would write it down: a maker of electric screwdrivers, door locks,
hinges and toolboxes near Ningbo.  Invented by us; prices are CNY without tax, of the size the trade pays.

Every table is text: fields between bars, one row a line, '#' starts a remark.  generate.py turns it into the
CSV files of a plant folder and into the postings of the past months.
"""

# ---------------------------------------------------------------------------------------------- partners
# code | name | kind | class | payment days | contact | phone
PARTNERS = """
S-YJ   | 余姚永金钢材 / Yongjin Steel, Yuyao            | supplier | raw       | 30 | 金建国 | 0574-6266-1180
S-HT   | 宁波海天有色 / Haitian Non-ferrous, Ningbo     | supplier | raw       | 30 | 胡海天 | 0574-8790-3312
S-YX   | 余姚塑料城新源 / Xinyuan Polymers, Yuyao       | supplier | raw       | 30 | 孙新   | 0574-6253-7706
S-JT   | 铜陵精达漆包线 / Jingda Wire, Tongling         | supplier | raw       | 45 | 方敏   | 0562-281-9088
S-ZJ   | 浙江紧固件 / Zhejiang Fasteners, Haiyan        | supplier | fastener  | 45 | 沈国强 | 0573-8611-4520
S-JX   | 嘉兴晋亿紧固 / Jinyi Fasteners, Jiashan        | supplier | fastener  | 45 | 陆平   | 0573-8418-8888
S-SZ   | 深圳华强电子 / Huaqiang Components, Shenzhen   | supplier | electronic| 30 | 陈志华 | 0755-8379-2206
S-LC   | 立创电子 / Lichuang Components, Shenzhen       | supplier | electronic| 0  | 客服   | 0755-8386-6100
S-EV   | 惠州亿能电芯 / Yineng Cells, Huizhou           | supplier | electronic| 60 | 黄俊   | 0752-260-5566
S-DY   | 东阳磁材 / Dongyang Magnets                    | supplier | motor     | 45 | 赵磊   | 0579-8655-3301
S-CX   | 慈溪轴承 / Cixi Bearings                       | supplier | motor     | 45 | 岑立   | 0574-6320-9917
S-TL   | 永康同力工具 / Tongli Tools, Yongkang          | supplier | tool      | 30 | 应伟   | 0579-8712-6640
S-BZ   | 宁波彩印包装 / Colour Print Packaging, Ningbo  | supplier | packaging | 30 | 周莉   | 0574-8822-1045
S-HX   | 宁波恒兴纸箱 / Hengxing Cartons, Ningbo        | supplier | packaging | 30 | 王芳   | 0574-8806-7723
S-DD   | 北仑电镀中心 / Beilun Plating Centre           | supplier | process   | 30 | 贺军   | 0574-8611-0091
S-CH   | 上海汉高化工 / Henggao Chemicals, Shanghai     | supplier | chemical  | 30 | 李婷   | 021-5488-2290
C-OBI  | 欧倍家居 / Obeita Home, Shanghai               | customer | retail    | 60 | 吴晓   | 021-6437-5100
C-JD   | 京选自营 / Jingxuan Direct, Beijing            | customer | online    | 30 | 采购部 | 010-8911-8888
C-NBX  | 宁波港外贸 / Ningbo Harbour Trading            | customer | export    | 45 | Lily Xu| 0574-8718-2266
C-BAU  | Baumarkt Nord GmbH, Hamburg                    | customer | export    | 60 | J. Petersen | +49-40-555-0170
C-HDW  | 华东五金批发 / East China Hardware Wholesale   | customer | wholesale | 30 | 郑凯   | 0579-8526-3377
C-AJ   | 安居地产工程部 / Anju Developments             | customer | project   | 90 | 钱工   | 0571-8533-6019
"""

# ---------------------------------------------------------------------------------------------- bought items
# code | name | stock unit, decimals | safety stock | class | tracking (shelf life) |
#   supplier: lead days, purchase unit x factor, min, multiple, price at quantity / price at quantity ... ; next supplier
# Price, minimum, multiple and price breaks are in purchase units.
BOUGHT = """
RM-C45     | 圆钢 45# Ø12 / Steel bar C45 12 mm        | KG 3 | 400  | raw | lot | S-YJ: 7, T x1000, 1, 1, 4950 / 4780@5
RM-40CR    | 圆钢 40Cr Ø16 / Steel bar 40Cr 16 mm      | KG 3 | 300  | raw | lot | S-YJ: 7, T x1000, 1, 1, 6150 / 5980@3
RM-S2      | 六角钢 S2 6.35 / Hex tool steel S2 6.35 mm | KG 3 | 250  | raw | lot | S-YJ: 14, KG x1, 200, 50, 14.80 / 13.90@1000
RM-SPCC10  | 冷轧板 SPCC 1.0 / Cold rolled sheet 1.0 mm | KG 3 | 1500 | raw | lot | S-YJ: 6, T x1000, 2, 1, 5120 / 4960@10
RM-SPCC15  | 冷轧板 SPCC 1.5 / Cold rolled sheet 1.5 mm | KG 3 | 800  | raw | lot | S-YJ: 6, T x1000, 2, 1, 5060 / 4910@10
RM-SUS20   | 不锈钢板 304 2.0 / Stainless sheet 304 2 mm | KG 3 | 500 | raw | lot | S-YJ: 10, T x1000, 1, 1, 15800 / 15350@3
RM-ZAMAK   | 锌合金锭 Zamak 3 / Zinc alloy ingot        | KG 3 | 600  | raw | lot | S-HT: 5, T x1000, 1, 1, 24300 / 23850@4
RM-ADC12   | 铝合金锭 ADC12 / Aluminium alloy ingot     | KG 3 | 300  | raw | lot | S-HT: 5, T x1000, 1, 1, 20900 / 20500@4
RM-H59     | 黄铜棒 H59 Ø10 / Brass rod H59 10 mm       | KG 3 | 120  | raw | lot | S-HT: 7, KG x1, 100, 25, 48.60 / 47.20@500
RM-PA66    | 尼龙 PA66-GF30 / Nylon PA66-GF30           | KG 3 | 400  | raw | lot | S-YX: 4, BAG x25, 4, 1, 535 / 518@40
RM-ABS     | ABS 树脂 / ABS resin                       | KG 3 | 400  | raw | lot | S-YX: 4, BAG x25, 4, 1, 298 / 286@40
RM-PP      | 聚丙烯 PP / Polypropylene                  | KG 3 | 1000 | raw | lot | S-YX: 4, BAG x25, 8, 1, 212 / 203@80
RM-POM     | 聚甲醛 POM / Acetal POM                    | KG 3 | 100  | raw | lot | S-YX: 6, BAG x25, 2, 1, 410
RM-TPE     | 软胶 TPE / TPE soft grip                   | KG 3 | 150  | raw | lot | S-YX: 6, BAG x25, 2, 1, 560 / 540@20
RM-CUW     | 漆包线 QZ 0.35 / Enamelled wire 0.35 mm    | KG 3 | 120  | raw | lot | S-JT: 8, REEL x20, 2, 1, 1640 / 1600@20
CH-POWDER  | 粉末涂料 黑 / Powder coat, black           | KG 3 | 80   | chemical | lot 365 | S-CH: 6, BOX x20, 2, 1, 540
CH-GREASE  | 锂基润滑脂 / Lithium grease                | KG 3 | 20   | chemical | lot 540 | S-CH: 8, PAIL x15, 1, 1, 690
CH-LOCTITE | 螺纹胶 243 / Threadlocker 243              | KG 4 | 1    | chemical | lot 365 | S-CH: 10, BTL x0.25, 4, 4, 168
CH-SOLDER  | 无铅锡膏 / Lead-free solder paste          | KG 4 | 4    | chemical | lot 180 | S-CH: 7, JAR x0.5, 4, 2, 245
EL-CELL    | 锂电芯 18650 2.0Ah 15C / Li-ion cell 18650 | EA   | 3000 | electronic | lot | S-EV: 21, EA x1, 1000, 200, 7.90 / 7.45@5000 / 7.20@20000
EL-CELL14  | 锂电芯 14500 0.8Ah / Li-ion cell 14500     | EA   | 500  | electronic | lot | S-EV: 21, EA x1, 500, 100, 4.60 / 4.35@5000
EL-PCB-MD  | 电机驱动空板 / Motor driver bare board     | EA   | 500  | electronic | none | S-SZ: 12, EA x1, 500, 100, 2.85 / 2.40@2000
EL-PCB-BM  | 电池管理空板 / Battery bare board          | EA   | 500  | electronic | none | S-SZ: 12, EA x1, 500, 100, 1.60 / 1.35@2000
EL-PCB-LK  | 门锁主板空板 / Lock main bare board        | EA   | 200  | electronic | none | S-SZ: 12, EA x1, 200, 50, 6.20 / 5.40@1000
EL-PCB-KP  | 门锁按键空板 / Lock keypad bare board      | EA   | 200  | electronic | none | S-SZ: 12, EA x1, 200, 50, 3.10 / 2.75@1000
EL-MCU     | 单片机 M0 32K / MCU Cortex-M0 32K          | EA   | 800  | electronic | none | S-SZ: 28, REEL x1500, 1, 1, 3150 ; S-LC: 4, EA x1, 50, 10, 2.95 / 2.60@500
EL-MCU2    | 单片机 M0+ 64K / MCU Cortex-M0+ 64K        | EA   | 0    | electronic | none | S-SZ: 28, REEL x1500, 1, 1, 2925 ; S-LC: 4, EA x1, 50, 10, 2.70 / 2.35@500
EL-MOS     | 场效应管 40V 60A / MOSFET 40 V 60 A        | EA   | 3000 | electronic | none | S-SZ: 14, REEL x2500, 1, 1, 1450 / 1375@4
EL-CHG     | 锂电保护芯片 3S / Li-ion protector 3S      | EA   | 800  | electronic | none | S-SZ: 14, REEL x3000, 1, 1, 2340
EL-RES     | 贴片电阻 0603 10k / Chip resistor 10k      | EA   | 20000| electronic | none | S-LC: 3, REEL x5000, 1, 1, 26 / 22@10
EL-CAP     | 贴片电容 0603 100n / Chip capacitor 100n   | EA   | 20000| electronic | none | S-LC: 3, REEL x4000, 1, 1, 44 / 38@10
EL-ECAP    | 电解电容 470u 25V / Electrolytic 470 uF    | EA   | 2000 | electronic | none | S-LC: 5, EA x1, 500, 100, 0.32 / 0.27@5000
EL-LED     | 白光 LED / White LED                       | EA   | 2000 | electronic | none | S-LC: 3, REEL x2000, 1, 1, 88
EL-TRIG    | 调速扳机开关 / Variable trigger switch     | EA   | 500  | electronic | none | S-TL: 10, EA x1, 300, 100, 6.40 / 5.90@2000
EL-CONN    | 连接器 XH 4P / Connector XH 4 pole         | EA   | 2000 | electronic | none | S-LC: 5, BAG x500, 1, 1, 95 / 82@20
EL-WIRE    | 硅胶线 18AWG / Silicone wire 18 AWG        | M 2  | 500  | electronic | none | S-SZ: 6, REEL x100, 2, 1, 118 / 108@20
EL-NI      | 镍片 0.15x8 / Nickel strip 0.15 x 8 mm     | KG 3 | 15   | electronic | none | S-EV: 10, KG x1, 5, 1, 168 / 155@50
EL-FPS     | 指纹模组 / Fingerprint module              | EA   | 150  | electronic | lot | S-SZ: 20, EA x1, 100, 20, 38.50 / 35.00@500 / 33.20@2000
EL-NFC     | NFC 读卡芯片 / NFC reader chip             | EA   | 300  | electronic | none | S-SZ: 16, REEL x1000, 1, 1, 6900
EL-BLE     | 蓝牙模块 5.2 / Bluetooth 5.2 module        | EA   | 150  | electronic | none | S-SZ: 16, TRAY x100, 1, 1, 1180 / 1090@10
EL-MOTLK   | 减速电机 6V 锁用 / Geared motor 6 V, lock  | EA   | 150  | electronic | none | S-DY: 14, EA x1, 200, 50, 11.80 / 10.90@1000
EL-BUZ     | 蜂鸣器 / Buzzer                            | EA   | 300  | electronic | none | S-LC: 5, EA x1, 200, 50, 0.85 / 0.74@1000
EL-ADP     | 充电器 12.6V 1A / Charger 12.6 V 1 A       | EA   | 300  | electronic | none | S-SZ: 15, EA x1, 200, 50, 15.60 / 14.80@1000
EL-USB     | USB-C 线 1m / USB-C cable 1 m              | EA   | 300  | electronic | none | S-SZ: 8, EA x1, 200, 100, 3.20 / 2.90@2000
MT-MAG     | 铁氧体磁瓦 / Ferrite arc magnet            | EA   | 2000 | motor | none | S-DY: 12, EA x1, 2000, 500, 0.92 / 0.84@10000
MT-LAM     | 转子冲片叠 / Rotor lamination stack        | EA   | 800  | motor | none | S-DY: 12, EA x1, 500, 100, 2.35 / 2.15@5000
MT-COMM    | 换向器 / Commutator                        | EA   | 800  | motor | none | S-DY: 12, EA x1, 500, 100, 1.68 / 1.52@5000
MT-BRUSH   | 碳刷 / Carbon brush                        | EA   | 1600 | motor | none | S-DY: 10, EA x1, 1000, 500, 0.38 / 0.34@10000
MT-B608    | 轴承 608ZZ / Bearing 608ZZ                 | EA   | 1000 | motor | none | S-CX: 6, BOX x500, 1, 1, 620 / 585@10
MT-B6900   | 轴承 6900ZZ / Bearing 6900ZZ               | EA   | 600  | motor | none | S-CX: 6, BOX x200, 1, 1, 520
MT-CHUCK   | 快换夹头 6.35 / Quick chuck 6.35 mm        | EA   | 400  | motor | none | S-TL: 9, EA x1, 300, 100, 5.20 / 4.85@2000
FS-M3X8    | 内六角螺钉 M3x8 / Socket screw M3x8        | EA   | 8000 | fastener | none | S-ZJ: 8, KPCS x1000, 10, 5, 46 / 42@100 ; S-JX: 5, KPCS x1000, 5, 1, 51
FS-M4X10   | 内六角螺钉 M4x10 / Socket screw M4x10      | EA   | 8000 | fastener | none | S-ZJ: 8, KPCS x1000, 10, 5, 68 / 62@100 ; S-JX: 5, KPCS x1000, 5, 1, 74
FS-ST29    | 自攻螺钉 ST2.9x13 / Tapping screw 2.9x13   | EA   | 20000| fastener | none | S-ZJ: 8, KPCS x1000, 20, 10, 21 / 19@200
FS-W4X30   | 木螺钉 4x30 / Wood screw 4x30              | EA   | 20000| fastener | none | S-ZJ: 8, KPCS x1000, 20, 10, 33 / 30@200
FS-M6X70   | 对穿螺栓 M6x70 / Through bolt M6x70        | EA   | 1000 | fastener | none | S-ZJ: 8, KPCS x1000, 2, 1, 390
FS-NUT4    | 六角螺母 M4 / Hex nut M4                   | EA   | 5000 | fastener | none | S-ZJ: 8, KPCS x1000, 10, 5, 24
FS-RIV     | 铆钉 4x10 / Rivet 4x10                     | EA   | 10000| fastener | none | S-JX: 5, KPCS x1000, 10, 5, 48
FS-PIN3    | 圆柱销 3x12 / Dowel pin 3x12               | EA   | 4000 | fastener | none | S-JX: 5, KPCS x1000, 5, 1, 62
FS-SPR     | 压簧 0.5x6x20 / Compression spring         | EA   | 3000 | fastener | none | S-JX: 7, KPCS x1000, 2, 1, 135
FS-CLIP    | 卡簧 E6 / E-clip 6                         | EA   | 4000 | fastener | none | S-JX: 5, KPCS x1000, 5, 1, 28
FS-WASH    | 垫圈 4 / Washer 4                          | EA   | 8000 | fastener | none | S-ZJ: 8, KPCS x1000, 10, 5, 9
FS-BUSH    | 尼龙衬套 8 / Nylon bush 8 mm               | EA   | 4000 | fastener | none | S-JX: 7, KPCS x1000, 2, 1, 86
LK-CYL     | 锁芯 C级 / Lock cylinder, grade C          | EA   | 150  | lock | none | S-TL: 18, EA x1, 100, 20, 21.50 / 19.80@500
LK-KEY     | 机械钥匙坯 / Key blank                     | EA   | 500  | lock | none | S-TL: 12, EA x1, 500, 100, 0.95
LK-SEAL    | 密封垫 / Door seal pad                     | EA   | 300  | lock | none | S-YX: 8, EA x1, 200, 100, 0.65
TL-PLIER   | 尖嘴钳 6寸 / Long nose pliers 6 in         | EA   | 200  | tool | none | S-TL: 12, CTN x60, 2, 1, 498 / 474@20
TL-TAPE    | 卷尺 5m / Tape measure 5 m                 | EA   | 200  | tool | none | S-TL: 12, CTN x72, 2, 1, 446 / 425@20
TL-KNIFE   | 美工刀 18mm / Utility knife 18 mm          | EA   | 200  | tool | none | S-TL: 12, CTN x120, 1, 1, 384
TL-HAMMER  | 羊角锤 8oz / Claw hammer 8 oz              | EA   | 200  | tool | none | S-TL: 12, CTN x24, 4, 1, 276 / 264@30
TL-HEXKEY  | 内六角扳手组 9件 / Hex key set, 9 pcs      | EA   | 200  | tool | none | S-TL: 12, CTN x100, 1, 1, 690
TL-LEVEL   | 水平尺 9寸 / Spirit level 9 in             | EA   | 100  | tool | none | S-TL: 12, CTN x50, 1, 1, 265
PK-BOX-SD  | 彩盒 电动螺丝刀 / Colour box, screwdriver  | EA   | 500  | packaging | none | S-BZ: 7, EA x1, 1000, 500, 2.10 / 1.85@5000
PK-BOX-DL  | 彩盒 门锁 / Colour box, lock               | EA   | 200  | packaging | none | S-BZ: 7, EA x1, 500, 100, 4.60 / 4.10@2000
PK-BOX-HG  | 彩盒 铰链 / Colour box, hinge              | EA   | 1000 | packaging | none | S-BZ: 7, EA x1, 2000, 500, 0.58 / 0.49@10000
PK-SLEEVE  | 彩套 工具箱 / Printed sleeve, toolbox      | EA   | 300  | packaging | none | S-BZ: 7, EA x1, 500, 100, 1.35 / 1.20@3000
PK-BLIST   | 吸塑托盘 / Blister tray                    | EA   | 500  | packaging | none | S-BZ: 6, EA x1, 500, 100, 1.12 / 1.02@5000
PK-MANUAL  | 说明书 中英 / Manual, Chinese and English  | EA   | 1000 | packaging | none | S-BZ: 5, EA x1, 1000, 500, 0.42 / 0.35@5000
PK-LABEL   | 铭牌标签 / Rating label                    | EA   | 2000 | packaging | none | S-BZ: 5, ROLL x1000, 1, 1, 78
PK-BAG     | PE 袋 / PE bag                             | EA   | 4000 | packaging | none | S-HX: 3, KPCS x1000, 2, 1, 55
PK-CTN-L   | 外箱 60x40x40 / Carton 60x40x40            | EA   | 300  | packaging | none | S-HX: 4, EA x1, 200, 50, 6.80 / 6.30@1000
PK-CTN-S   | 外箱 40x30x25 / Carton 40x30x25            | EA   | 300  | packaging | none | S-HX: 4, EA x1, 200, 50, 3.60 / 3.30@1000
PK-EPE     | 珍珠棉内衬 / EPE foam insert               | EA   | 300  | packaging | none | S-HX: 4, EA x1, 300, 100, 0.95
"""

# ---------------------------------------------------------------------------------------------- made items
# code | name | lead days | lot rule | lot figures | safety stock | valuation | costing lot | yield % | type (default make)
# Lot figures: min=, mult=, max=, qty=, periods=
MADE = """
TS-46      | 家用工具套装 46件 / Home tool set, 46 pcs     | 2 | L4L | min=50 mult=10           | 60  | standard | 200  | 100
TS-22      | 工具套装 22件 / Tool set, 22 pcs              | 2 | L4L | min=50 mult=10           | 40  | standard | 200  | 100
SD-12      | 电动螺丝刀 12V / Screwdriver 12 V             | 2 | L4L | min=100 mult=20          | 80  | standard | 300  | 100
SD-36      | 电动螺丝刀 3.6V / Screwdriver 3.6 V           | 2 | L4L | min=100 mult=20          | 60  | standard | 300  | 100
SD-12KIT   | 电动螺丝刀 12V 双电 / Screwdriver 12 V, two packs | 2 | L4L | min=50 mult=10       | 30  | standard | 100  | 100
DL-200     | 智能门锁 指纹 / Smart lock, fingerprint       | 3 | L4L | min=20 mult=10           | 30  | standard | 100  | 100
DL-100     | 智能门锁 密码 / Smart lock, keypad            | 3 | L4L | min=20 mult=10           | 20  | standard | 100  | 100
HG-3       | 铰链 3寸 碳钢 / Hinge 3 in, steel             | 2 | FOQ | qty=1000                 | 500 | standard | 1000 | 100
HG-4       | 铰链 4寸 不锈钢 / Hinge 4 in, stainless       | 2 | FOQ | qty=500                  | 300 | standard | 500  | 100
HG-5H      | 液压缓冲铰链 / Soft-close hinge               | 3 | FOQ | qty=1000                 | 400 | standard | 1000 | 100
TB-14      | 塑料工具箱 14寸 / Plastic toolbox 14 in       | 1 | L4L | min=100 mult=50          | 80  | standard | 300  | 100
TB-17M     | 铁皮工具箱 17寸 / Steel toolbox 17 in         | 2 | L4L | min=50 mult=10           | 40  | standard | 100  | 100
BS-32      | 批头套装 32件 / Bit set, 32 pcs               | 1 | L4L | min=100 mult=50          | 100 | standard | 500  | 100
BP-12      | 电池包 12V 2Ah / Battery pack 12 V 2 Ah       | 3 | L4L | min=100 mult=20          | 100 | fifo     | 300  | 98
SA-GEAR12  | 行星减速器 12V / Planetary gearbox 12 V       | 2 | L4L | min=100                  | 60  | average  | 300  | 100
SA-GEAR36  | 行星减速器 3.6V / Planetary gearbox 3.6 V     | 2 | L4L | min=100                  | 60  | average  | 300  | 100
SA-MOT12   | 直流电机 550 / DC motor 550                   | 3 | L4L | min=200                  | 100 | average  | 500  | 98
SA-MOT36   | 直流电机 380 / DC motor 380                   | 3 | L4L | min=200                  | 80  | average  | 500  | 98
SA-ROT12   | 转子 550 / Rotor 550                          | 2 | L4L | min=200                  | 100 | average  | 500  | 98
SA-ROT36   | 转子 380 / Rotor 380                          | 2 | L4L | min=200                  | 80  | average  | 500  | 98
SA-CARR    | 行星架组件 / Planet carrier assembly          | 2 | POQ | periods=5                | 200 | average  | 1000 | 100
SA-RING    | 内齿圈 / Ring gear                            | 2 | POQ | periods=5                | 200 | average  | 1000 | 98
SA-SPIN12  | 输出轴组件 / Output spindle assembly          | 2 | L4L | min=100                  | 100 | average  | 500  | 100
PA-PGEAR   | 行星轮 / Planet gear                          | 3 | POQ | periods=10               | 2000| average  | 5000 | 97
PA-SGEAR   | 太阳轮 / Sun gear                             | 3 | POQ | periods=10               | 600 | average  | 2000 | 97
PA-CPLATE  | 行星架板 / Carrier plate                      | 2 | POQ | periods=10               | 600 | average  | 2000 | 98
PA-SHAFT   | 电机轴 / Motor shaft                          | 3 | POQ | periods=10               | 500 | average  | 2000 | 98
PA-SPIN    | 输出轴 / Output spindle                       | 3 | POQ | periods=10               | 300 | average  | 1000 | 98
PA-MCASE   | 电机壳 / Motor can                            | 2 | POQ | periods=10               | 400 | average  | 2000 | 99
PA-ECAP    | 电机端盖 / Motor end cap                      | 2 | POQ | periods=10               | 400 | average  | 2000 | 99
PA-GCASE   | 齿轮箱壳 压铸 / Gearbox case, die-cast        | 3 | POQ | periods=5                | 200 | average  | 1000 | 96
PC-MD      | 电机驱动板 / Motor driver board               | 3 | L4L | min=200                  | 100 | fifo     | 500  | 98
PC-BM      | 电池管理板 / Battery board                    | 3 | L4L | min=200                  | 100 | fifo     | 500  | 98
PC-LK      | 门锁主板 / Lock main board                    | 3 | L4L | min=100                  | 40  | fifo     | 200  | 97
PC-KP      | 门锁按键板 / Lock keypad board                | 3 | L4L | min=100                  | 40  | fifo     | 200  | 97
SA-HS12    | 机壳组件 12V / Housing set 12 V               | 1 | L4L | min=100                  | 80  | average  | 500  | 100
SA-HS36    | 机壳组件 3.6V / Housing set 3.6 V             | 1 | L4L | min=100                  | 80  | average  | 500  | 100
PA-HSL     | 左机壳 包胶 / Left shell, overmoulded         | 2 | POQ | periods=5                | 200 | average  | 1000 | 98
PA-HSR     | 右机壳 包胶 / Right shell, overmoulded        | 2 | POQ | periods=5                | 200 | average  | 1000 | 98
PA-HS36    | 直柄机壳 / Straight shell                     | 2 | POQ | periods=5                | 200 | average  | 1000 | 98
PA-BTN     | 正反转按钮 / Direction button                 | 2 | POQ | periods=10               | 400 | average  | 2000 | 99
PA-BPC     | 电池包壳 / Battery case                       | 2 | POQ | periods=5                | 200 | average  | 1000 | 98
SA-CELL3   | 电芯组 3串 / Cell group 3S                    | 1 | L4L | min=100                  | 0   | fifo     | 300  | 99
SA-BODY2   | 锁体 6068 / Mortise body 6068                 | 3 | L4L | min=50                   | 30  | average  | 200  | 100
SA-PANEL2  | 外面板组件 指纹 / Outer panel, fingerprint    | 2 | L4L | min=20                   | 20  | average  | 100  | 99
SA-PANEL1  | 外面板组件 密码 / Outer panel, keypad         | 2 | L4L | min=20                   | 20  | average  | 100  | 99
SA-INNER   | 内面板组件 / Inner panel                      | 2 | L4L | min=20                   | 30  | average  | 100  | 100
SA-LATCH   | 锁舌组件 / Latch assembly                     | 2 | L4L | min=100                  | 60  | average  | 300  | 100
PA-PANEL   | 面板 压铸喷涂 / Panel, die-cast and coated    | 4 | POQ | periods=5                | 60  | average  | 300  | 95
PA-PANELC  | 面板毛坯 压铸 / Panel casting                 | 3 | POQ | periods=5                | 60  | average  | 300  | 96
PA-HANDLE  | 把手 压铸电镀 / Handle, die-cast and plated   | 7 | POQ | periods=5                | 60  | average  | 300  | 97
PA-BOLT    | 方舌 / Dead bolt                              | 3 | POQ | periods=10               | 100 | average  | 500  | 98
PA-TONGUE  | 斜舌 / Spring latch                           | 3 | POQ | periods=10               | 100 | average  | 500  | 98
PA-LCASE   | 锁体壳 冲压 / Lock case, stamped              | 2 | POQ | periods=10               | 100 | average  | 500  | 98
PA-SPINDL  | 方轴 8x8 / Square spindle 8x8                 | 3 | POQ | periods=10               | 100 | average  | 500  | 99
PA-LEAF3   | 铰链片 3寸 / Hinge leaf 3 in                  | 2 | POQ | periods=5                | 2000| average  | 5000 | 98
PA-LEAF4   | 铰链片 4寸 / Hinge leaf 4 in                  | 2 | POQ | periods=5                | 1000| average  | 3000 | 98
PA-HPIN    | 铰链轴 / Hinge pin                            | 2 | POQ | periods=5                | 1500| average  | 5000 | 99
PA-CUP     | 铰杯 / Hinge cup                              | 2 | POQ | periods=5                | 800 | average  | 3000 | 98
PA-ARM     | 铰臂 / Hinge arm                              | 2 | POQ | periods=5                | 800 | average  | 3000 | 98
PA-DAMP    | 缓冲器 / Damper                               | 2 | POQ | periods=5                | 600 | average  | 3000 | 97
PA-TBODY   | 箱体 14寸 / Toolbox body 14 in                | 1 | L4L | min=100                  | 100 | average  | 500  | 98
PA-TLID    | 箱盖 14寸 / Toolbox lid 14 in                 | 1 | L4L | min=100                  | 100 | average  | 500  | 98
PA-TTRAY   | 内托盘 14寸 / Tray 14 in                      | 1 | L4L | min=100                  | 100 | average  | 500  | 98
PA-THAND   | 提手 / Carry handle                           | 1 | POQ | periods=5                | 200 | average  | 1000 | 99
PA-TLATCH  | 箱扣 / Box latch                              | 2 | POQ | periods=5                | 400 | average  | 2000 | 99
PA-MBODY   | 铁皮箱体 17寸 / Steel body 17 in              | 3 | L4L | min=50                   | 40  | average  | 100  | 99
PA-MTRAY   | 铁皮托盘 / Steel tray                         | 2 | L4L | min=50                   | 40  | average  | 100  | 99
PA-BIT25   | 批头 25mm / Bit 25 mm                         | 5 | POQ | periods=10               | 4000| average  | 10000| 97
PA-BIT50   | 批头 50mm / Bit 50 mm                         | 5 | POQ | periods=10               | 2000| average  | 5000 | 97
PA-BBOX    | 批头盒 / Bit case                             | 1 | L4L | min=200                  | 100 | average  | 1000 | 98
KIT-SDF    | 螺丝刀紧固件包 / Screwdriver fastener kit     | 0 | L4L |                          | 0   | average  | 1    | 100 | phantom
KIT-DLF    | 门锁安装件包 / Lock mounting kit              | 0 | L4L |                          | 0   | average  | 1    | 100 | phantom
"""

# ---------------------------------------------------------------------------------------------- bills
# parent: component quantity [scrap%] [fixed] [@operation] [<day or >=day: effectivity relative to today], ...
BILLS = """
TS-46: SD-12 1, TB-14 1, BS-32 1, TL-PLIER 1, TL-TAPE 1, TL-KNIFE 1, TL-HAMMER 1, TL-HEXKEY 1, TL-LEVEL 1, PK-BLIST 1, PK-SLEEVE 1, PK-MANUAL 1, PK-CTN-L 1/4
TS-22: SD-36 1, TB-14 1, TL-PLIER 1, TL-TAPE 1, TL-KNIFE 1, TL-HEXKEY 1, PA-BIT50 10, PK-BLIST 1, PK-SLEEVE 1, PK-MANUAL 1, PK-CTN-L 1/4
SD-12: SA-MOT12 1, SA-GEAR12 1, SA-SPIN12 1, MT-CHUCK 1, SA-HS12 1, PC-MD 1, BP-12 1, EL-TRIG 1, EL-ADP 1, PA-BIT50 2, KIT-SDF 1, EL-WIRE 0.35 2%, PK-BOX-SD 1, PK-EPE 1, PK-MANUAL 1, PK-LABEL 2, PK-CTN-S 1/8
SD-12KIT: SD-12 1, BP-12 1, BS-32 1, PK-SLEEVE 1
SD-36: SA-MOT36 1, SA-GEAR36 1, PA-SPIN 1, MT-CHUCK 1, SA-HS36 1, PC-MD 1, EL-CELL14 2, EL-USB 1, PA-BIT50 1, KIT-SDF 1, EL-WIRE 0.2 2%, PK-BOX-SD 1, PK-MANUAL 1, PK-LABEL 1, PK-CTN-S 1/16
KIT-SDF: FS-ST29 8 1%, FS-M3X8 8 1%, FS-WASH 4, CH-LOCTITE 0.0004, CH-GREASE 0.006
SA-GEAR12: SA-CARR 2, SA-RING 1, PA-SGEAR 1, PA-GCASE 1, CH-GREASE 0.008
SA-GEAR36: SA-CARR 1, SA-RING 1, PA-SGEAR 1, PA-GCASE 1, CH-GREASE 0.005
SA-CARR: PA-PGEAR 3, PA-CPLATE 1, FS-PIN3 3 1%
SA-RING: RM-40CR 0.048 4%
SA-SPIN12: PA-SPIN 1, MT-B6900 1, FS-CLIP 1
PA-PGEAR: RM-40CR 0.009 6%
PA-SGEAR: RM-40CR 0.012 6%
PA-CPLATE: RM-SPCC15 0.018 12%
PA-SHAFT: RM-C45 0.042 4%
PA-SPIN: RM-C45 0.085 5%
PA-GCASE: RM-ADC12 0.062 5%
SA-MOT12: SA-ROT12 1, PA-MCASE 1, PA-ECAP 1, MT-MAG 2, MT-BRUSH 2, MT-B608 2, EL-CONN 1
SA-MOT36: SA-ROT36 1, PA-MCASE 1, PA-ECAP 1, MT-MAG 2, MT-BRUSH 2, MT-B608 1
SA-ROT12: PA-SHAFT 1, MT-LAM 1, MT-COMM 1, RM-CUW 0.038 3%
SA-ROT36: PA-SHAFT 1, MT-LAM 1, MT-COMM 1, RM-CUW 0.024 3%
PA-MCASE: RM-SPCC15 0.064 10%
PA-ECAP: RM-PA66 0.011 3%
PC-MD: EL-PCB-MD 1, EL-MCU 1 <30, EL-MCU2 1 >=30, EL-MOS 6 0.5%, EL-RES 22 0.5%, EL-CAP 18 0.5%, EL-ECAP 2, EL-LED 1, EL-CONN 2, CH-SOLDER 0.0012
PC-BM: EL-PCB-BM 1, EL-CHG 1, EL-MOS 2 0.5%, EL-RES 12 0.5%, EL-CAP 8 0.5%, EL-CONN 1, CH-SOLDER 0.0008
PC-LK: EL-PCB-LK 1, EL-MCU 1 <30, EL-MCU2 1 >=30, EL-BLE 1, EL-MOS 4 0.5%, EL-RES 46 0.5%, EL-CAP 38 0.5%, EL-BUZ 1, EL-CONN 4, CH-SOLDER 0.0018
PC-KP: EL-PCB-KP 1, EL-NFC 1, EL-LED 12 0.5%, EL-RES 16 0.5%, EL-CAP 10 0.5%, EL-CONN 2, CH-SOLDER 0.001
SA-HS12: PA-HSL 1, PA-HSR 1, PA-BTN 1
SA-HS36: PA-HS36 2, PA-BTN 1
PA-HSL: RM-PA66 0.092 3%, RM-TPE 0.021 4%
PA-HSR: RM-PA66 0.088 3%, RM-TPE 0.019 4%
PA-HS36: RM-ABS 0.058 3%
PA-BTN: RM-POM 0.004 5%
BP-12: SA-CELL3 1, PC-BM 1, PA-BPC 1, FS-ST29 4 1%, EL-WIRE 0.15 2%, PK-LABEL 1
SA-CELL3: EL-CELL 3, EL-NI 0.0035 5%
PA-BPC: RM-ABS 0.064 3%
DL-200: SA-PANEL2 1, SA-INNER 1, SA-BODY2 1, KIT-DLF 1, LK-CYL 1, LK-KEY 2, PK-BOX-DL 1, PK-EPE 2, PK-MANUAL 1, PK-CTN-S 1/4
DL-100: SA-PANEL1 1, SA-INNER 1, SA-BODY2 1, KIT-DLF 1, LK-CYL 1, LK-KEY 2, PK-BOX-DL 1, PK-EPE 2, PK-MANUAL 1, PK-CTN-S 1/4
KIT-DLF: FS-M6X70 4, FS-W4X30 8 1%, FS-M4X10 6 1%, FS-NUT4 6, LK-SEAL 2
SA-PANEL2: PA-PANEL 1, PA-HANDLE 1, PC-KP 1, EL-FPS 1, FS-M3X8 6 1%, FS-SPR 1, LK-SEAL 1
SA-PANEL1: PA-PANEL 1, PA-HANDLE 1, PC-KP 1, FS-M3X8 6 1%, FS-SPR 1, LK-SEAL 1
SA-INNER: PA-PANEL 1, PA-HANDLE 1, PC-LK 1, EL-WIRE 0.4 2%, FS-M3X8 8 1%, FS-SPR 1
SA-BODY2: PA-LCASE 2, SA-LATCH 1, PA-SPINDL 1, EL-MOTLK 1, FS-M4X10 5 1%, FS-SPR 3, CH-GREASE 0.005
SA-LATCH: PA-BOLT 1, PA-TONGUE 1, FS-SPR 2, FS-PIN3 2 1%, FS-BUSH 2
PA-PANEL: PA-PANELC 1, CH-POWDER 0.045 8%
PA-PANELC: RM-ZAMAK 0.82 4%
PA-HANDLE: RM-ZAMAK 0.31 4%
PA-BOLT: RM-H59 0.145 6%
PA-TONGUE: RM-H59 0.062 6%
PA-LCASE: RM-SUS20 0.34 11%
PA-SPINDL: RM-C45 0.062 4%
HG-3: PA-LEAF3 2, PA-HPIN 1, FS-BUSH 2, FS-W4X30 6 1%, PK-BAG 1, PK-BOX-HG 1/2, PK-CTN-S 1/50
HG-4: PA-LEAF4 2, PA-HPIN 1, FS-BUSH 4, FS-W4X30 8 1%, PK-BAG 1, PK-BOX-HG 1/2, PK-CTN-S 1/25
HG-5H: PA-CUP 1, PA-ARM 1, PA-DAMP 1, FS-RIV 4 1%, FS-SPR 1, FS-M4X10 1, PK-BAG 1, PK-BOX-HG 1/10, PK-CTN-S 1/100
PA-LEAF3: RM-SPCC15 0.068 14%, CH-POWDER 0.004 8%
PA-LEAF4: RM-SUS20 0.105 14%
PA-HPIN: RM-C45 0.031 4%
PA-CUP: RM-SPCC10 0.038 18%
PA-ARM: RM-SPCC15 0.052 14%
PA-DAMP: RM-POM 0.006 4%, FS-SPR 1, CH-GREASE 0.0004
TB-14: PA-TBODY 1, PA-TLID 1, PA-TTRAY 1, PA-THAND 1, PA-TLATCH 2, FS-PIN3 2, PK-CTN-L 1/6
TB-17M: PA-MBODY 1, PA-MTRAY 2, PA-THAND 1, PA-TLATCH 2, PA-HPIN 2, FS-RIV 16 1%, PK-SLEEVE 1, PK-CTN-L 1/4
PA-TBODY: RM-PP 0.62 2%
PA-TLID: RM-PP 0.34 2%
PA-TTRAY: RM-PP 0.18 2%
PA-THAND: RM-PP 0.07 2%
PA-TLATCH: RM-SPCC10 0.026 12%
PA-MBODY: RM-SPCC10 2.35 7%, CH-POWDER 0.11 8%
PA-MTRAY: RM-SPCC10 0.56 7%, CH-POWDER 0.03 8%
BS-32: PA-BIT25 26, PA-BIT50 5, PA-BBOX 1, PK-LABEL 1, PK-CTN-S 1/40
PA-BIT25: RM-S2 0.0064 5%
PA-BIT50: RM-S2 0.0125 5%
PA-BBOX: RM-PP 0.085 2%
"""

# ---------------------------------------------------------------------------------------------- work centres
# code | name | labour rate | machine rate | overhead, basis | hours a day | efficiency %
CENTRES = """
WC-GEAR  | 滚齿 / Gear hobbing         | 38 | 42 | 18 hour    | 20 | 92
WC-CNC   | 数控车 / CNC turning        | 38 | 35 | 15 hour    | 20 | 94
WC-HEAT  | 热处理 / Heat treatment     | 36 | 88 | 20 hour    | 22 | 95
WC-PRESS | 冲压 / Presses              | 34 | 46 | 16 hour    | 16 | 90
WC-CAST  | 压铸 / Die casting          | 40 | 95 | 28 hour    | 20 | 88
WC-INJ   | 注塑 / Injection moulding   | 30 | 58 | 14 hour    | 22 | 93
WC-COAT  | 喷粉 / Powder coating       | 34 | 62 | 22 hour    | 10 | 90
WC-WIND  | 绕线 / Winding              | 33 | 26 | 10 hour    | 16 | 92
WC-SMT   | 贴片 / SMT line             | 36 | 165| 30 hour    | 16 | 90
WC-WELD  | 点焊 / Spot welding         | 34 | 22 | 10 hour    | 10 | 92
WC-MOTOR | 电机装配 / Motor assembly   | 32 | 12 | 30 labor   | 10 | 95
WC-TOOL  | 工具总装 / Tool assembly    | 32 | 6  | 35 labor   | 10 | 96
WC-LOCK  | 门锁总装 / Lock assembly    | 33 | 6  | 35 labor   | 10 | 95
WC-HINGE | 铰链装配 / Hinge assembly   | 30 | 18 | 25 labor   | 10 | 95
WC-PACK  | 包装 / Packing              | 28 | 4  | 20 labor   | 10 | 97
WC-OUT   | 外协 / Subcontractors       | 0  | 0  | 0 hour     | 24 | 100
"""

# ---------------------------------------------------------------------------------------------- routings
# item: operation centre setup-h run-seconds [xN pieces a run] ; ... ; "out price supplier days" is a subcontract step
ROUTINGS = """
TS-46: 10 PACK 0.3 150
TS-22: 10 PACK 0.3 120
SD-12: 10 TOOL 0.5 540 ; 20 PACK 0.2 75
SD-12KIT: 10 PACK 0.2 60
SD-36: 10 TOOL 0.5 400 ; 20 PACK 0.2 60
SA-GEAR12: 10 MOTOR 0.3 110
SA-GEAR36: 10 MOTOR 0.3 85
SA-CARR: 10 MOTOR 0.2 38
SA-RING: 10 CNC 0.8 55 ; 20 GEAR 1.0 48 ; 30 HEAT 1.0 9
SA-SPIN12: 10 MOTOR 0.2 30
PA-PGEAR: 10 CNC 0.8 14 ; 20 GEAR 1.0 16 ; 30 HEAT 1.0 3
PA-SGEAR: 10 CNC 0.8 18 ; 20 GEAR 1.0 20 ; 30 HEAT 1.0 3
PA-CPLATE: 10 PRESS 0.6 4
PA-SHAFT: 10 CNC 0.6 32 ; 20 HEAT 1.0 4
PA-SPIN: 10 CNC 0.6 58 ; 20 HEAT 1.0 6
PA-GCASE: 10 CAST 1.5 32 ; 20 CNC 0.6 40
SA-MOT12: 10 MOTOR 0.4 145
SA-MOT36: 10 MOTOR 0.4 120
SA-ROT12: 10 WIND 0.5 75
SA-ROT36: 10 WIND 0.5 60
PA-MCASE: 10 PRESS 1.0 8
PA-ECAP: 10 INJ 0.8 34 x4
PC-MD: 10 SMT 1.0 34
PC-BM: 10 SMT 1.0 22
PC-LK: 10 SMT 1.2 62
PC-KP: 10 SMT 1.2 40
SA-HS12: 10 TOOL 0.1 35
SA-HS36: 10 TOOL 0.1 30
PA-HSL: 10 INJ 1.2 58 x2
PA-HSR: 10 INJ 1.2 58 x2
PA-HS36: 10 INJ 1.0 46 x2
PA-BTN: 10 INJ 0.8 30 x8
BP-12: 10 TOOL 0.3 110
SA-CELL3: 10 WELD 0.3 48
PA-BPC: 10 INJ 1.0 42 x2
DL-200: 10 LOCK 0.5 780 ; 20 PACK 0.2 150
DL-100: 10 LOCK 0.5 660 ; 20 PACK 0.2 150
SA-PANEL2: 10 LOCK 0.3 360
SA-PANEL1: 10 LOCK 0.3 280
SA-INNER: 10 LOCK 0.3 300
SA-BODY2: 10 LOCK 0.4 420
SA-LATCH: 10 LOCK 0.2 120
PA-PANEL: 10 COAT 0.8 55
PA-PANELC: 10 CAST 1.8 64
PA-HANDLE: 10 CAST 1.5 42 ; 20 out 4.80 S-DD 5
PA-BOLT: 10 CNC 0.6 85
PA-TONGUE: 10 CNC 0.6 62
PA-LCASE: 10 PRESS 1.0 14
PA-SPINDL: 10 CNC 0.5 38
HG-3: 10 HINGE 0.3 22 ; 20 PACK 0.1 8
HG-4: 10 HINGE 0.3 28 ; 20 PACK 0.1 8
HG-5H: 10 HINGE 0.4 34 ; 20 PACK 0.1 6
PA-LEAF3: 10 PRESS 1.0 4 ; 20 COAT 0.5 5
PA-LEAF4: 10 PRESS 1.0 5
PA-HPIN: 10 CNC 0.5 11
PA-CUP: 10 PRESS 1.0 4 ; 20 out 0.11 S-DD 4
PA-ARM: 10 PRESS 1.0 5 ; 20 out 0.12 S-DD 4
PA-DAMP: 10 INJ 0.8 32 x8 ; 20 HINGE 0.2 9
TB-14: 10 TOOL 0.2 70 ; 20 PACK 0.1 15
TB-17M: 10 TOOL 0.3 240 ; 20 PACK 0.1 40
PA-TBODY: 10 INJ 1.5 62
PA-TLID: 10 INJ 1.2 48
PA-TTRAY: 10 INJ 1.0 40
PA-THAND: 10 INJ 0.8 36 x2
PA-TLATCH: 10 PRESS 0.6 5
PA-MBODY: 10 PRESS 1.5 75 ; 20 COAT 0.8 110
PA-MTRAY: 10 PRESS 1.0 30 ; 20 COAT 0.5 45
BS-32: 10 PACK 0.3 85
PA-BIT25: 10 CNC 0.5 6 ; 20 HEAT 1.0 1.2
PA-BIT50: 10 CNC 0.5 9 ; 20 HEAT 1.0 2
PA-BBOX: 10 INJ 1.0 38 x2
"""

# ---------------------------------------------------------------------------------------------- demand
# open sales orders: number suffix | customer | priority | item quantity day, ...
SALES = """
001 | C-OBI | 2 | TS-46 120 3, TB-14 200 3
002 | C-JD  | 1 | SD-12 260 4, SD-36 180 4
003 | C-NBX | 2 | SD-12KIT 200 8
004 | C-BAU | 1 | TS-46 300 12, BS-32 400 12
005 | C-HDW | 3 | HG-3 3000 2, HG-4 1200 2, HG-5H 2500 6
006 | C-AJ  | 1 | DL-200 160 5, DL-100 80 9
007 | C-JD  | 2 | DL-200 60 10, SD-12 200 11
008 | C-NBX | 3 | TB-17M 150 9
009 | C-OBI | 2 | TS-22 150 13, BS-32 300 14
010 | C-HDW | 3 | HG-5H 4000 16, HG-3 2500 17
011 | C-BAU | 2 | SD-12 480 20, TS-46 200 24
012 | C-AJ  | 1 | DL-200 240 26
013 | C-NBX | 3 | SD-36 400 27, TB-14 350 27
014 | C-JD  | 2 | TS-22 240 30, TB-17M 120 31
015 | C-OBI | 2 | SD-12KIT 150 34, HG-4 1000 34
"""

# monthly forecasts: item | quantity of the next four months
FORECASTS = """
SD-12    | 1100 1200 1400 900
SD-36    | 650 650 800 500
SD-12KIT | 320 350 420 260
TS-46    | 700 750 900 500
TS-22    | 400 420 500 300
DL-200   | 420 450 450 300
DL-100   | 180 180 200 120
HG-3     | 7000 7000 7500 5000
HG-4     | 3000 3000 3200 2200
HG-5H    | 8500 9000 9000 6000
TB-14    | 700 700 800 500
TB-17M   | 260 260 300 180
BS-32    | 600 650 700 450
"""

# open work orders, released but not yet begun: number | item | quantity | start day | due day
WORK = """
WO-OPEN-01 | SD-12     | 240  | 0 | 1
WO-OPEN-02 | SA-MOT12  | 400  | 0 | 2
WO-OPEN-03 | HG-3      | 2000 | 0 | 2
WO-OPEN-04 | BP-12     | 300  | 0 | 3
WO-OPEN-05 | PA-PGEAR  | 6000 | 0 | 2
WO-OPEN-06 | DL-200    | 80   | 1 | 4
WO-OPEN-07 | PC-MD     | 400  | 0 | 3
WO-OPEN-08 | TB-14     | 300  | 1 | 2
"""

# open purchase orders: number | item | purchase units | due day
PURCHASES = """
PO-OPEN-01 | EL-CELL   | 5000 | 6
PO-OPEN-02 | RM-SPCC10 | 3    | 4
PO-OPEN-03 | EL-FPS    | 300  | 9
PO-OPEN-04 | MT-LAM    | 1500 | 3
PO-OPEN-05 | RM-PP     | 60   | 2
PO-OPEN-06 | FS-ST29   | 40   | 5
PO-OPEN-07 | EL-MOTLK  | 300  | 11
PO-OPEN-08 | PK-BOX-SD | 2000 | 7
PO-OPEN-09 | RM-ZAMAK  | 2    | -1
PO-OPEN-10 | EL-ADP    | 600  | 8
PO-OPEN-11 | RM-SUS20  | 2    | 6
PO-OPEN-12 | CH-SOLDER | 8    | 3
"""

# stock: days of use each item holds besides its safety stock (by class), and what is short on purpose
COVER_DAYS = {"raw": 16, "chemical": 25, "fastener": 25, "electronic": 18, "motor": 14, "lock": 12, "tool": 10,
              "packaging": 10, "made": 4}
SHORT = {"EL-FPS": "0.3", "RM-ZAMAK": "0.4", "MT-LAM": "0.35", "PK-BOX-SD": "0.4", "EL-ADP": "0.5", "HG-5H": "0.2",
         "RM-SUS20": "0.5", "CH-SOLDER": "0.5", "SA-MOT12": "0.5"}

# what customers pay for a piece, without tax
PRICES = {"SD-12": "198", "SD-36": "112", "SD-12KIT": "269", "TS-46": "298", "TS-22": "176", "DL-200": "428", "DL-100": "358",
          "HG-3": "4.3", "HG-4": "8.2", "HG-5H": "3.6", "TB-14": "25.8", "TB-17M": "68", "BS-32": "18.5"}
REBATE = {"C-JD": "4", "C-OBI": "6", "C-BAU": "6"}  # percent, of those who buy much

# what was made and shipped in the past months: days ago | item | pieces | customer
HISTORY = """
91 | SD-12 200 C-JD     | HG-3 2000 C-HDW
84 | TS-46 100 C-OBI    | HG-5H 2000 C-HDW
77 | DL-200 100 C-AJ    | TB-14 200 C-OBI
70 | SD-36 200 C-JD     | HG-4 1000 C-NBX
63 | SD-12 240 C-BAU    | BS-32 300 C-BAU
56 | DL-100 80 C-AJ     | HG-5H 3000 C-HDW
49 | TS-46 140 C-BAU    | TB-17M 100 C-NBX
42 | SD-12KIT 120 C-NBX | HG-3 3000 C-HDW
35 | DL-200 120 C-AJ    | TS-22 120 C-OBI
28 | SD-12 300 C-JD     | HG-4 1500 C-HDW
21 | TS-46 120 C-OBI    | SD-36 240 C-JD
14 | DL-200 100 C-JD    | HG-5H 2500 C-HDW
7  | SD-12 200 C-OBI    | TB-14 250 C-OBI
"""

# holidays of the coming years (calendar CN-FACTORY: Sundays off)
HOLIDAYS = """
2026-10-01 2026-10-02 2026-10-03 2027-01-01 2027-02-05 2027-02-06 2027-02-07 2027-02-08 2027-02-09 2027-02-10
2027-02-11 2027-04-05 2027-05-01 2027-05-02 2027-05-03 2027-06-09 2027-09-15 2027-10-01 2027-10-02 2027-10-03
2028-01-01 2028-01-25 2028-01-26 2028-01-27 2028-01-28 2028-01-29 2028-01-30 2028-01-31 2028-05-01 2028-10-01
"""
