import type { Locale } from '../../../domain/locale.ts';

export type ImportWords = {
  title: string;
  hint: string;
  /** What the column `stock` says. */
  stockHint: string;
  choose: string;
  look: string;
  noFile: string;
  tooLarge: string;
  otherOpen: string;
  reading: string;
  running: string;
  progress: (done: number, total: number | null) => string;
  readAgain: string;
  wouldDo: string;
  counts: Record<'lines' | 'created' | 'updated' | 'unchanged' | 'stockChanges' | 'badCount', string>;
  nothingYet: string;
  badLeftOut: string;
  change: Record<'created' | 'updated' | 'unchanged', string>;
  line: string;
  stock: string;
  confirm: string;
  cancel: string;
  done: string;
  cancelled: string;
  refused: string;
  badLines: string;
  download: string;
  another: string;
  decided: string;
};

const fr: ImportWords = {
  title: 'Importer un fichier CSV',
  hint: 'Un fichier CSV UTF-8 de 20 Mo et 200 000 lignes au plus, avec les colonnes :',
  stockHint:
    'Dans stock, mettez ce qui se trouve en rayon : les articles réservés ou payés qui attendent leur client sont dedans et ne sont pas revendus. 0 arrête la vente.',
  choose: 'Fichier',
  look: 'Voir ce qui changerait',
  noFile: 'Choisissez d’abord un fichier.',
  tooLarge: 'Ce fichier dépasse 20 Mo : partagez-le en plusieurs.',
  otherOpen: 'Un autre import n’est pas terminé : terminez-le ou abandonnez-le d’abord.',
  reading: 'Lecture du fichier. Rien n’est écrit.',
  running: 'Import en cours. Vous pouvez quitter cette page.',
  progress: (done, total) => (total === null ? `${done} lignes lues` : `${done} lignes sur ${total}`),
  readAgain: 'Actualiser',
  wouldDo: 'Ce qui changerait',
  counts: {
    lines: 'Lignes',
    created: 'Nouveaux articles',
    updated: 'Articles modifiés',
    unchanged: 'Articles inchangés',
    stockChanges: 'Stocks modifiés',
    badCount: 'Lignes avec une erreur',
  },
  nothingYet: 'Rien n’est encore écrit.',
  badLeftOut: 'Les lignes avec une erreur seront laissées de côté ; les autres seront importées.',
  change: { created: 'nouveau', updated: 'modifié', unchanged: 'inchangé' },
  line: 'Ligne',
  stock: 'stock',
  confirm: 'Importer',
  cancel: 'Abandonner',
  done: 'L’import est terminé.',
  cancelled: 'L’import est abandonné : rien n’a été écrit.',
  refused: 'Ce fichier n’est pas un catalogue :',
  badLines: 'Erreurs par ligne',
  download: 'Télécharger les erreurs',
  another: 'Importer un autre fichier',
  decided: 'Cet import n’attendait plus de réponse.',
};

const en: ImportWords = {
  title: 'Import a CSV file',
  hint: 'A UTF-8 CSV file of up to 20 MB and 200,000 lines, with the columns:',
  stockHint:
    'In stock, put what lies on the shelf: items that are reserved, or paid and waiting for their customer, are in it and are not sold again. 0 stops the sale.',
  choose: 'File',
  look: 'See what would change',
  noFile: 'Please choose a file first.',
  tooLarge: 'This file is over 20 MB: split it into several.',
  otherOpen: 'Another import is not over yet: finish it or drop it first.',
  reading: 'Reading the file. Nothing is written.',
  running: 'Importing. You can leave this page.',
  progress: (done, total) => (total === null ? `${done} lines read` : `${done} of ${total} lines`),
  readAgain: 'Refresh',
  wouldDo: 'What would change',
  counts: {
    lines: 'Lines',
    created: 'New products',
    updated: 'Changed products',
    unchanged: 'Unchanged products',
    stockChanges: 'Stock levels changed',
    badCount: 'Lines with an error',
  },
  nothingYet: 'Nothing is written yet.',
  badLeftOut: 'Lines with an error will be left out; the others will be imported.',
  change: { created: 'new', updated: 'changed', unchanged: 'unchanged' },
  line: 'Line',
  stock: 'stock',
  confirm: 'Import',
  cancel: 'Drop it',
  done: 'The import is done.',
  cancelled: 'The import was dropped: nothing was written.',
  refused: 'This file is no catalogue:',
  badLines: 'Errors by line',
  download: 'Download the errors',
  another: 'Import another file',
  decided: 'This import no longer waited for an answer.',
};

const es: ImportWords = {
  title: 'Importar un archivo CSV',
  hint: 'Un archivo CSV UTF-8 de 20 MB y 200 000 líneas como máximo, con las columnas:',
  stockHint:
    'En stock, ponga lo que hay en la estantería: los artículos reservados o pagados que esperan a su cliente están incluidos y no se venden otra vez. 0 detiene la venta.',
  choose: 'Archivo',
  look: 'Ver qué cambiaría',
  noFile: 'Elija primero un archivo.',
  tooLarge: 'Este archivo pasa de 20 MB: divídalo en varios.',
  otherOpen: 'Otra importación no ha terminado: termínela o descártela primero.',
  reading: 'Leyendo el archivo. No se escribe nada.',
  running: 'Importando. Puede salir de esta página.',
  progress: (done, total) => (total === null ? `${done} líneas leídas` : `${done} de ${total} líneas`),
  readAgain: 'Actualizar',
  wouldDo: 'Qué cambiaría',
  counts: {
    lines: 'Líneas',
    created: 'Artículos nuevos',
    updated: 'Artículos modificados',
    unchanged: 'Artículos sin cambios',
    stockChanges: 'Stocks modificados',
    badCount: 'Líneas con un error',
  },
  nothingYet: 'Todavía no se ha escrito nada.',
  badLeftOut: 'Las líneas con un error se dejarán fuera; las demás se importarán.',
  change: { created: 'nuevo', updated: 'modificado', unchanged: 'sin cambios' },
  line: 'Línea',
  stock: 'stock',
  confirm: 'Importar',
  cancel: 'Descartar',
  done: 'La importación ha terminado.',
  cancelled: 'La importación está descartada: no se ha escrito nada.',
  refused: 'Este archivo no es un catálogo:',
  badLines: 'Errores por línea',
  download: 'Descargar los errores',
  another: 'Importar otro archivo',
  decided: 'Esta importación ya no esperaba respuesta.',
};

export const IMPORT_WORDS: Record<Locale, ImportWords> = { fr, en, es };
