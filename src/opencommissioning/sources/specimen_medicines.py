"""Specimens of files about medicines that are no tables."""

MEDICINES: dict[str, tuple[str, str]] = {
    "dm+d release 2, XML": (
        "f_vmp2_3261126.xml",
        '<?xml version="1.0" encoding="utf-8" ?>\n<VIRTUAL_MED_PRODUCTS xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        "<VMPS>\n<VMP><VPID>323509004</VPID><NM>Trimethoprim 200mg tablets</NM><BASISCD>0001</BASISCD></VMP>\n</VMPS>\n"
        "<VIRTUAL_PRODUCT_INGREDIENT>\n<VPI><VPID>323509004</VPID><ISID>387170002</ISID><STRNT_NMRTR_VAL>200.0</STRNT_NMRTR_VAL>"
        "<STRNT_NMRTR_UOMCD>258684004</STRNT_NMRTR_UOMCD></VPI>\n</VIRTUAL_PRODUCT_INGREDIENT>\n"
        "<DRUG_FORM>\n<DFORM><VPID>323509004</VPID><FORMCD>385055001</FORMCD></DFORM>\n</DRUG_FORM>\n</VIRTUAL_MED_PRODUCTS>\n",
    ),
}
