/**
 * The languages Microsoft has: locales with a number of their own (LCID), by their tags. Our own list, from the values
 * that MS-LCID makes public; how it came about is in term-store.md §4.4. Languages without a region, and those that
 * Windows numbers 0x1000 (4096) as they have no LCID, are not languages of a term store.
 */
const list = `
ar-SA 1025, ar-IQ 2049, ar-EG 3073, ar-LY 4097, ar-DZ 5121, ar-MA 6145, ar-TN 7169, ar-OM 8193, ar-YE 9217,
ar-SY 10241, ar-JO 11265, ar-LB 12289, ar-KW 13313, ar-AE 14337, ar-BH 15361, ar-QA 16385,
bg-BG 1026, ca-ES 1027, ca-ES-valencia 2051,
zh-TW 1028, zh-CN 2052, zh-HK 3076, zh-SG 4100, zh-MO 5124,
cs-CZ 1029, da-DK 1030, de-DE 1031, de-CH 2055, de-AT 3079, de-LU 4103, de-LI 5127, el-GR 1032,
en-US 1033, en-GB 2057, en-AU 3081, en-CA 4105, en-NZ 5129, en-IE 6153, en-ZA 7177, en-JM 8201, en-029 9225,
en-BZ 10249, en-TT 11273, en-ZW 12297, en-PH 13321, en-ID 14345, en-HK 15369, en-IN 16393, en-MY 17417, en-SG 18441,
en-AE 19465,
es-MX 2058, es-ES 3082, es-GT 4106, es-CR 5130, es-PA 6154, es-DO 7178, es-VE 8202, es-CO 9226, es-PE 10250,
es-AR 11274, es-EC 12298, es-CL 13322, es-UY 14346, es-PY 15370, es-BO 16394, es-SV 17418, es-HN 18442, es-NI 19466,
es-PR 20490, es-US 21514, es-419 22538, es-CU 23562,
fi-FI 1035,
fr-FR 1036, fr-BE 2060, fr-CA 3084, fr-CH 4108, fr-LU 5132, fr-MC 6156, fr-RE 8204, fr-CD 9228, fr-SN 10252,
fr-CM 11276, fr-CI 12300, fr-ML 13324, fr-MA 14348, fr-HT 15372,
he-IL 1037, hu-HU 1038, is-IS 1039, it-IT 1040, it-CH 2064, ja-JP 1041, ko-KR 1042, nl-NL 1043, nl-BE 2067,
nb-NO 1044, nn-NO 2068, pl-PL 1045, pt-BR 1046, pt-PT 2070, rm-CH 1047, ro-RO 1048, ro-MD 2072, ru-RU 1049, ru-MD 2073,
hr-HR 1050, sr-Latn-CS 2074, sr-Cyrl-CS 3098, hr-BA 4122, bs-Latn-BA 5146, sr-Latn-BA 6170, sr-Cyrl-BA 7194,
bs-Cyrl-BA 8218, sr-Latn-RS 9242, sr-Cyrl-RS 10266, sr-Latn-ME 11290, sr-Cyrl-ME 12314,
sk-SK 1051, sq-AL 1052, sv-SE 1053, sv-FI 2077, th-TH 1054, tr-TR 1055, ur-PK 1056, ur-IN 2080, id-ID 1057,
uk-UA 1058, be-BY 1059, sl-SI 1060, et-EE 1061, lv-LV 1062, lt-LT 1063, tg-Cyrl-TJ 1064, fa-IR 1065, vi-VN 1066,
hy-AM 1067, az-Latn-AZ 1068, az-Cyrl-AZ 2092, eu-ES 1069, hsb-DE 1070, dsb-DE 2094, mk-MK 1071, st-ZA 1072,
ts-ZA 1073, tn-ZA 1074, tn-BW 2098, ve-ZA 1075, xh-ZA 1076, zu-ZA 1077, af-ZA 1078, ka-GE 1079, fo-FO 1080,
hi-IN 1081, mt-MT 1082, se-NO 1083, se-SE 2107, se-FI 3131, smj-NO 4155, smj-SE 5179, sma-NO 6203, sma-SE 7227,
sms-FI 8251, smn-FI 9275, ga-IE 2108, ms-MY 1086, ms-BN 2110, kk-KZ 1087, ky-KG 1088, sw-KE 1089, tk-TM 1090,
uz-Latn-UZ 1091, uz-Cyrl-UZ 2115, tt-RU 1092, bn-IN 1093, bn-BD 2117, pa-IN 1094, pa-Arab-PK 2118, gu-IN 1095,
or-IN 1096, ta-IN 1097, ta-LK 2121, te-IN 1098, kn-IN 1099, ml-IN 1100, as-IN 1101, mr-IN 1102, sa-IN 1103,
mn-MN 1104, mn-Mong-CN 2128, mn-Mong-MN 3152, bo-CN 1105, dz-BT 3153, cy-GB 1106, km-KH 1107, lo-LA 1108, my-MM 1109,
gl-ES 1110, kok-IN 1111, mni-IN 1112, sd-Deva-IN 1113, sd-Arab-PK 2137, syr-SY 1114, si-LK 1115, chr-Cher-US 1116,
iu-Cans-CA 1117, iu-Latn-CA 2141, am-ET 1118, tzm-Arab-MA 1119, tzm-Latn-DZ 2143, tzm-Tfng-MA 4191, ks-Arab 1120,
ks-Deva-IN 2144, ne-NP 1121, ne-IN 2145, fy-NL 1122, ps-AF 1123, fil-PH 1124, dv-MV 1125, bin-NG 1126, fuv-NG 1127,
ff-Latn-SN 2151, ha-Latn-NG 1128, ibb-NG 1129, yo-NG 1130, quz-BO 1131, quz-EC 2155, quz-PE 3179, nso-ZA 1132,
ba-RU 1133, lb-LU 1134, kl-GL 1135, ig-NG 1136, kr-Latn-NG 1137, om-ET 1138, ti-ET 1139, ti-ER 2163, gn-PY 1140,
haw-US 1141, so-SO 1143, ii-CN 1144, pap-029 1145, arn-CL 1146, moh-CA 1148, br-FR 1150, ug-CN 1152, mi-NZ 1153,
oc-FR 1154, co-FR 1155, gsw-FR 1156, sah-RU 1157, quc-Latn-GT 1158, rw-RW 1159, wo-SN 1160, prs-AF 1164, gd-GB 1169,
ku-Arab-IQ 1170
`

function read(text: string): [tag: string, lcid: number][] {
  return text.split(',').map((entry) => {
    const [tag = '', lcid = ''] = entry.trim().split(' ')
    return [tag, Number(lcid)]
  })
}

/** Tag in canonical case → LCID. */
export const lcids: ReadonlyMap<string, number> = new Map(read(list))
