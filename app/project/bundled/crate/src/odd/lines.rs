//! Much on one line, and little on many.

pub struct A; pub struct B(pub u8); impl A { pub fn one(&self) -> u8 { 1 } pub fn two(&self) -> u8 { self.one() + 1 } } impl B { pub fn three(&self) -> u8 { self.0 } } // of the last impl

pub fn x() {} pub fn y() {} /// of z
pub fn z() {}

pub static LONG: &[(&str, u32)] = &[("wait_0", 0), ("retry_1", 37), ("lease_2", 74), ("drop_3", 111), ("spread_4", 148), ("cap_5", 185), ("sign_6", 222), ("post_7", 259), ("clean_8", 296), ("queue_9", 333), ("wait_10", 370), ("retry_11", 407), ("lease_12", 444), ("drop_13", 481), ("spread_14", 518), ("cap_15", 555), ("sign_16", 592), ("post_17", 629), ("clean_18", 666), ("queue_19", 703), ("wait_20", 740), ("retry_21", 777), ("lease_22", 814), ("drop_23", 851), ("spread_24", 888), ("cap_25", 925), ("sign_26", 962), ("post_27", 999), ("clean_28", 36), ("queue_29", 73), ("wait_30", 110), ("retry_31", 147), ("lease_32", 184), ("drop_33", 221), ("spread_34", 258), ("cap_35", 295), ("sign_36", 332), ("post_37", 369), ("clean_38", 406), ("queue_39", 443), ("wait_40", 480), ("retry_41", 517), ("lease_42", 554), ("drop_43", 591), ("spread_44", 628), ("cap_45", 665), ("sign_46", 702), ("post_47", 739), ("clean_48", 776), ("queue_49", 813), ("wait_50", 850), ("retry_51", 887), ("lease_52", 924), ("drop_53", 961), ("spread_54", 998), ("cap_55", 35), ("sign_56", 72), ("post_57", 109), ("clean_58", 146), ("queue_59", 183), ("wait_60", 220), ("retry_61", 257), ("lease_62", 294), ("drop_63", 331), ("spread_64", 368), ("cap_65", 405), ("sign_66", 442), ("post_67", 479), ("clean_68", 516), ("queue_69", 553), ("wait_70", 590), ("retry_71", 627), ("lease_72", 664), ("drop_73", 701), ("spread_74", 738), ("cap_75", 775), ("sign_76", 812), ("post_77", 849), ("clean_78", 886), ("queue_79", 923), ("wait_80", 960), ("retry_81", 997), ("lease_82", 34), ("drop_83", 71), ("spread_84", 108), ("cap_85", 145), ("sign_86", 182), ("post_87", 219), ("clean_88", 256), ("queue_89", 293), ("wait_90", 330), ("retry_91", 367), ("lease_92", 404), ("drop_93", 441), ("spread_94", 478), ("cap_95", 515), ("sign_96", 552), ("post_97", 589), ("clean_98", 626), ("queue_99", 663), ("wait_100", 700), ("retry_101", 737), ("lease_102", 774), ("drop_103", 811), ("spread_104", 848), ("cap_105", 885), ("sign_106", 922), ("post_107", 959), ("clean_108", 996), ("queue_109", 33), ("wait_110", 70), ("retry_111", 107), ("lease_112", 144), ("drop_113", 181), ("spread_114", 218), ("cap_115", 255), ("sign_116", 292), ("post_117", 329), ("clean_118", 366), ("queue_119", 403), ("wait_120", 440), ("retry_121", 477), ("lease_122", 514), ("drop_123", 551), ("spread_124", 588), ("cap_125", 625), ("sign_126", 662), ("post_127", 699), ("clean_128", 736), ("queue_129", 773), ("wait_130", 810), ("retry_131", 847), ("lease_132", 884), ("drop_133", 921), ("spread_134", 958), ("cap_135", 995), ("sign_136", 32), ("post_137", 69), ("clean_138", 106), ("queue_139", 143), ("wait_140", 180), ("retry_141", 217), ("lease_142", 254), ("drop_143", 291), ("spread_144", 328), ("cap_145", 365), ("sign_146", 402), ("post_147", 439), ("clean_148", 476), ("queue_149", 513), ("wait_150", 550), ("retry_151", 587), ("lease_152", 624), ("drop_153", 661), ("spread_154", 698), ("cap_155", 735), ("sign_156", 772), ("post_157", 809), ("clean_158", 846), ("queue_159", 883), ("wait_160", 920), ("retry_161", 957), ("lease_162", 994), ("drop_163", 31), ("spread_164", 68), ("cap_165", 105), ("sign_166", 142), ("post_167", 179), ("clean_168", 216), ("queue_169", 253), ("wait_170", 290), ("retry_171", 327), ("lease_172", 364), ("drop_173", 401), ("spread_174", 438), ("cap_175", 475), ("sign_176", 512), ("post_177", 549), ("clean_178", 586), ("queue_179", 623), ("wait_180", 660), ("retry_181", 697), ("lease_182", 734), ("drop_183", 771), ("spread_184", 808), ("cap_185", 845), ("sign_186", 882), ("post_187", 919), ("clean_188", 956), ("queue_189", 993), ("wait_190", 30), ("retry_191", 67), ("lease_192", 104), ("drop_193", 141), ("spread_194", 178), ("cap_195", 215), ("sign_196", 252), ("post_197", 289), ("clean_198", 326), ("queue_199", 363), ("wait_200", 400), ("retry_201", 437), ("lease_202", 474), ("drop_203", 511), ("spread_204", 548), ("cap_205", 585), ("sign_206", 622), ("post_207", 659), ("clean_208", 696), ("queue_209", 733), ("wait_210", 770), ("retry_211", 807), ("lease_212", 844), ("drop_213", 881), ("spread_214", 918), ("cap_215", 955), ("sign_216", 992), ("post_217", 29), ("clean_218", 66), ("queue_219", 103), ("wait_220", 140), ("retry_221", 177), ("lease_222", 214), ("drop_223", 251), ("spread_224", 288), ("cap_225", 325), ("sign_226", 362), ("post_227", 399), ("clean_228", 436), ("queue_229", 473), ("wait_230", 510), ("retry_231", 547), ("lease_232", 584), ("drop_233", 621), ("spread_234", 658), ("cap_235", 695), ("sign_236", 732), ("post_237", 769), ("clean_238", 806), ("queue_239", 843), ("wait_240", 880), ("retry_241", 917), ("lease_242", 954), ("drop_243", 991), ("spread_244", 28), ("cap_245", 65), ("sign_246", 102), ("post_247", 139), ("clean_248", 176), ("queue_249", 213), ("wait_250", 250), ("retry_251", 287), ("lease_252", 324), ("drop_253", 361), ("spread_254", 398), ("cap_255", 435), ("sign_256", 472), ("post_257", 509), ("clean_258", 546), ("queue_259", 583), ("wait_260", 620), ("retry_261", 657), ("lease_262", 694), ("drop_263", 731), ("spread_264", 768), ("cap_265", 805), ("sign_266", 842), ("post_267", 879), ("clean_268", 916), ("queue_269", 953), ("wait_270", 990), ("retry_271", 27), ("lease_272", 64), ("drop_273", 101), ("spread_274", 138), ("cap_275", 175), ("sign_276", 212), ("post_277", 249), ("clean_278", 286), ("queue_279", 323), ("wait_280", 360), ("retry_281", 397), ("lease_282", 434), ("drop_283", 471), ("spread_284", 508), ("cap_285", 545), ("sign_286", 582), ("post_287", 619), ("clean_288", 656), ("queue_289", 693), ("wait_290", 730), ("retry_291", 767), ("lease_292", 804), ("drop_293", 841), ("spread_294", 878), ("cap_295", 915), ("sign_296", 952), ("post_297", 989), ("clean_298", 26), ("queue_299", 63), ("wait_300", 100), ("retry_301", 137), ("lease_302", 174), ("drop_303", 211), ("spread_304", 248), ("cap_305", 285), ("sign_306", 322), ("post_307", 359), ("clean_308", 396), ("queue_309", 433), ("wait_310", 470), ("retry_311", 507), ("lease_312", 544), ("drop_313", 581), ("spread_314", 618), ("cap_315", 655), ("sign_316", 692), ("post_317", 729), ("clean_318", 766), ("queue_319", 803)]; // 6102 bytes of it

pub fn long_expression(n: u64) -> u64 { n.wrapping_mul(1) ^ n.wrapping_mul(3) ^ n.wrapping_mul(5) ^ n.wrapping_mul(7) ^ n.wrapping_mul(9) ^ n.wrapping_mul(11) ^ n.wrapping_mul(13) ^ n.wrapping_mul(15) ^ n.wrapping_mul(17) ^ n.wrapping_mul(19) ^ n.wrapping_mul(21) ^ n.wrapping_mul(23) ^ n.wrapping_mul(25) ^ n.wrapping_mul(27) ^ n.wrapping_mul(29) ^ n.wrapping_mul(31) ^ n.wrapping_mul(33) ^ n.wrapping_mul(35) ^ n.wrapping_mul(37) ^ n.wrapping_mul(39) ^ n.wrapping_mul(41) ^ n.wrapping_mul(43) ^ n.wrapping_mul(45) ^ n.wrapping_mul(47) ^ n.wrapping_mul(49) ^ n.wrapping_mul(51) ^ n.wrapping_mul(53) ^ n.wrapping_mul(55) ^ n.wrapping_mul(57) ^ n.wrapping_mul(59) ^ n.wrapping_mul(61) ^ n.wrapping_mul(63) ^ n.wrapping_mul(65) ^ n.wrapping_mul(67) ^ n.wrapping_mul(69) ^ n.wrapping_mul(71) ^ n.wrapping_mul(73) ^ n.wrapping_mul(75) ^ n.wrapping_mul(77) ^ n.wrapping_mul(79) ^ n.wrapping_mul(81) ^ n.wrapping_mul(83) ^ n.wrapping_mul(85) ^ n.wrapping_mul(87) ^ n.wrapping_mul(89) ^ n.wrapping_mul(91) ^ n.wrapping_mul(93) ^ n.wrapping_mul(95) ^ n.wrapping_mul(97) ^ n.wrapping_mul(99) ^ n.wrapping_mul(101) ^ n.wrapping_mul(103) ^ n.wrapping_mul(105) ^ n.wrapping_mul(107) ^ n.wrapping_mul(109) ^ n.wrapping_mul(111) ^ n.wrapping_mul(113) ^ n.wrapping_mul(115) ^ n.wrapping_mul(117) ^ n.wrapping_mul(119) ^ n.wrapping_mul(121) ^ n.wrapping_mul(123) ^ n.wrapping_mul(125) ^ n.wrapping_mul(127) ^ n.wrapping_mul(129) ^ n.wrapping_mul(131) ^ n.wrapping_mul(133) ^ n.wrapping_mul(135) ^ n.wrapping_mul(137) ^ n.wrapping_mul(139) ^ n.wrapping_mul(141) ^ n.wrapping_mul(143) ^ n.wrapping_mul(145) ^ n.wrapping_mul(147) ^ n.wrapping_mul(149) ^ n.wrapping_mul(151) ^ n.wrapping_mul(153) ^ n.wrapping_mul(155) ^ n.wrapping_mul(157) ^ n.wrapping_mul(159) ^ n.wrapping_mul(161) ^ n.wrapping_mul(163) ^ n.wrapping_mul(165) ^ n.wrapping_mul(167) ^ n.wrapping_mul(169) ^ n.wrapping_mul(171) ^ n.wrapping_mul(173) ^ n.wrapping_mul(175) ^ n.wrapping_mul(177) ^ n.wrapping_mul(179) ^ n.wrapping_mul(181) ^ n.wrapping_mul(183) ^ n.wrapping_mul(185) ^ n.wrapping_mul(187) ^ n.wrapping_mul(189) ^ n.wrapping_mul(191) ^ n.wrapping_mul(193) ^ n.wrapping_mul(195) ^ n.wrapping_mul(197) ^ n.wrapping_mul(199) ^ n.wrapping_mul(201) ^ n.wrapping_mul(203) ^ n.wrapping_mul(205) ^ n.wrapping_mul(207) ^ n.wrapping_mul(209) ^ n.wrapping_mul(211) ^ n.wrapping_mul(213) ^ n.wrapping_mul(215) ^ n.wrapping_mul(217) ^ n.wrapping_mul(219) ^ n.wrapping_mul(221) ^ n.wrapping_mul(223) ^ n.wrapping_mul(225) ^ n.wrapping_mul(227) ^ n.wrapping_mul(229) ^ n.wrapping_mul(231) ^ n.wrapping_mul(233) ^ n.wrapping_mul(235) ^ n.wrapping_mul(237) ^ n.wrapping_mul(239) }

pub
fn
spread
<
T
>
(
value
:
T
)
->
T
{
value
}

pub fn blank_lines() -> u8 {




    1




}

pub fn trailing_blanks() -> u8 {   
    2	 
}   

pub fn semicolons() { ;;; let _ = 1;; }

pub mod m { pub const P: u8 = 1; pub const Q: u8 = 2; pub mod n { pub const R: u8 = 3; } }

#[rustfmt::skip] pub const TABLE: [[u8; 3]; 3] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1] ]; #[allow(dead_code)] const NEXT: u8 = 1;
