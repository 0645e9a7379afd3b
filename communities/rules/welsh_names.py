"""The Welsh names of the United Kingdom, its nations and the councils of Wales, for folders of areas that have none.

Source: the Welsh Government's lists of nations and of the 22 principal councils; the joint committees as their
regulations of 2021 name them. Neighbourhoods are not here: their Welsh names come with the folder.
"""

WELSH_NAMES = {
    "United Kingdom": "Y Deyrnas Unedig",
    "England": "Lloegr",
    "Wales": "Cymru",
    "Scotland": "Yr Alban",
    "Northern Ireland": "Gogledd Iwerddon",
    "Mid Wales Corporate Joint Committee": "Cyd-bwyllgor Corfforedig Canolbarth Cymru",
    "North Wales Corporate Joint Committee": "Cyd-bwyllgor Corfforedig y Gogledd",
    "South East Wales Corporate Joint Committee": "Cyd-bwyllgor Corfforedig De-ddwyrain Cymru",
    "South West Wales Corporate Joint Committee": "Cyd-bwyllgor Corfforedig De-orllewin Cymru",
    "Blaenau Gwent": "Blaenau Gwent",
    "Bridgend": "Pen-y-bont ar Ogwr",
    "Caerphilly": "Caerffili",
    "Cardiff": "Caerdydd",
    "Carmarthenshire": "Sir Gaerfyrddin",
    "Ceredigion": "Ceredigion",
    "Conwy": "Conwy",
    "Denbighshire": "Sir Ddinbych",
    "Flintshire": "Sir y Fflint",
    "Gwynedd": "Gwynedd",
    "Isle of Anglesey": "Ynys Môn",
    "Merthyr Tydfil": "Merthyr Tudful",
    "Monmouthshire": "Sir Fynwy",
    "Neath Port Talbot": "Castell-nedd Port Talbot",
    "Newport": "Casnewydd",
    "Pembrokeshire": "Sir Benfro",
    "Powys": "Powys",
    "Rhondda Cynon Taf": "Rhondda Cynon Taf",
    "Swansea": "Abertawe",
    "Torfaen": "Tor-faen",
    "Vale of Glamorgan": "Bro Morgannwg",
    "Wrexham": "Wrecsam",
}
