/** Small files of the formats that people write by hand; a test imports each. */

export interface Sample {
  readonly name: 'sharepoint' | 'wide' | 'list'
  readonly file: string
  readonly text: string
}

const sharepointHeader =
  'Term Set Name,Term Set Description,LCID,Available for Tagging,Term Description,Level 1 Term,Level 2 Term,Level 3 Term,Level 4 Term,Level 5 Term,Level 6 Term,Level 7 Term'

export const samples: readonly Sample[] = [
  {
    name: 'sharepoint',
    file: 'sample-sharepoint.csv',
    text: [
      sharepointHeader,
      'Colours,What things look like,1033,,,,,,,,,',
      ',,,TRUE,,Warm,,,,,,',
      ',,,TRUE,The colour of tomatoes,Warm,Red,,,,,',
      '',
    ].join('\n'),
  },
  {
    name: 'wide',
    file: 'sample-wide.csv',
    text: [
      'Group,Term Set Name,Term Id,Term Description,Level 1 Term,Level 2 Term,Label de-DE,Synonyms en-US',
      'Paints,Colours,,,,,Farben,',
      ',,,,Warm,,Warm,',
      ',,,The colour of tomatoes,Warm,Red,Rot,Scarlet',
      '',
    ].join('\n'),
  },
  {
    name: 'list',
    file: 'sample-list.txt',
    text: ['Paints|Colours|Warm', 'Paints|Colours|Warm|Red', 'Paints|Colours|Cold', ''].join('\n'),
  },
]
