/** The kit's words in Arabic, whose numbers have six forms: `Intl.PluralRules` knows which. */

import type { SessionStrings } from '@session-kit/ui-kit'

const rules = new Intl.PluralRules('ar')
const digits = new Intl.NumberFormat('ar-EG')

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

/** `#` stands for the number. */
const counted = (count: number, forms: Forms): string =>
  (forms[rules.select(count)] ?? forms.other).replace('#', digits.format(count))

const newMessages = (count: number): string =>
  counted(count, {
    one: 'رسالة جديدة',
    two: 'رسالتان جديدتان',
    few: '# رسائل جديدة',
    other: '# رسالة جديدة',
  })

export const arabic: Partial<SessionStrings> = {
  connecting: 'جارٍ الاتصال',
  connected: 'متصل',
  reconnecting: 'جارٍ إعادة الاتصال',
  lost: 'انقطع الاتصال',
  paused: 'غير متصل',
  ended: () => 'انتهى الاتصال',
  retryIn: (seconds) => `محاولة أخرى بعد ${digits.format(seconds)} ث`,
  retryingNow: 'جارٍ المحاولة',
  retryNow: 'حاول الآن',

  feedLabel: 'الرسائل',
  feedLoading: 'جارٍ تحميل الرسائل',
  feedUnreachable: 'لا يمكن تحميل الرسائل الآن. ستظهر عند عودة الاتصال.',
  feedEmpty: 'لا رسائل بعد. ابدأ المحادثة.',
  feedNothing: 'لا توجد رسائل هنا.',
  feedStart: 'بداية المحادثة',
  olderLoading: 'جارٍ تحميل رسائل أقدم',
  olderFailed: 'لم تُحمَّل الرسائل الأقدم.',
  olderRetry: 'أعد التحميل',
  unreadLine: 'جديد',
  jumpToLatest: 'إلى الأحدث',
  newMessages,

  you: 'أنت',
  queued: 'في انتظار الإرسال',
  sent: 'جارٍ الإرسال',
  failed: () => 'لم تُرسَل',
  retry: 'أعد المحاولة',
  discard: 'تجاهل',

  streaming: 'يجيب',
  cancelled: 'أُوقفت',
  again: 'إعادة المحاولة',
  interrupted: 'انقطعت الإجابة هنا',
  error: (message) => (message ? `فشل: ${message}` : 'فشل'),
  deleted: 'حُذفت هذه الرسالة',

  reasoningLength: (words) => `${digits.format(words)} كلمة`,
  reasoning: 'التفكير',
  toolState: (state) =>
    ({ input: 'قيد التحضير', running: 'قيد التنفيذ', done: 'تم', error: 'فشل' })[state],
  toolInput: 'المدخلات',
  toolOutput: 'النتيجة',
  file: 'ملف',
  details: 'التفاصيل',

  composerLabel: 'رسالة',
  composerPlaceholder: 'اكتب رسالة',
  composerHint: () => 'مفتاح الإدخال يرسل، ومع مفتاح العالي يبدأ سطرًا جديدًا',
  composerReadOnly: 'يمكنك القراءة هنا دون الكتابة',
  send: 'إرسال',
  stop: 'أوقف الإجابة',
  refused: () => 'لم تُرسَل',
  charactersLeft: (count) =>
    count < 0 ? `${digits.format(-count)} أحرف زائدة` : `بقي ${digits.format(count)} حرفًا`,
  limit: (isOver) => (isOver ? 'أطول من أن تُرسَل' : 'الرسالة تكاد تبلغ الحد'),
  attach: 'إرفاق ملفات',
  files: 'الملفات المرفقة',
  fileUploading: 'جارٍ الرفع',
  fileFailed: () => 'تعذّر الرفع',
  removeFile: (name) => `إزالة ${name}`,

  typing: (names) =>
    names.length === 1
      ? `${names[0]} يكتب`
      : counted(names.length, {
          two: 'شخصان يكتبان',
          few: '# أشخاص يكتبون',
          other: '# شخصًا يكتبون',
        }),
  working: (detail) => detail || 'يفكر',
  people: (count) =>
    counted(count, {
      one: 'شخص واحد هنا',
      two: 'شخصان هنا',
      few: '# أشخاص هنا',
      other: '# شخصًا هنا',
    }),
  morePeople: (count) => `+${digits.format(count)}`,

  markdown: {
    copy: 'نسخ الشيفرة',
    copied: 'نُسخت',
    copyFailed: 'تعذّر النسخ',
    code: (language) => (language === '' ? 'شيفرة' : `شيفرة ${language}`),
    table: 'جدول',
    taskDone: 'أُنجزت',
    taskOpen: 'لم تُنجز',
  },

  announcements: 'إعلانات',
  announceMessages: newMessages,
  announceStart: (author) => `${author} يجيب الآن`,
  announceRest: 'البقية في قائمة الرسائل',
  answered: 'اكتملت الإجابة',
  failedMessages: (count) =>
    counted(count, {
      one: 'لم تُرسل رسالة واحدة',
      two: 'لم تُرسل رسالتان',
      few: 'لم تُرسل # رسائل',
      other: 'لم تُرسل # رسالة',
    }),
}
