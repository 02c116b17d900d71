"""Why not, and what is wrong with a file: each with a sentence that says what to do."""

from pacto_participe.accounts.domain.list_file import FileProblem, LineProblem
from pacto_participe.accounts.policies import Refusal
from pacto_participe.web.i18n import mark as _
from pacto_participe.web.sentences import Wording

REFUSALS: Wording = {
    Refusal.SIGN_IN_FIRST: _("Please sign in first."),
    Refusal.CLERKS_ONLY: _("Only a clerk of this collectivity may do this."),
    Refusal.ADMINISTRATORS_ONLY: _("Only an administrator of this collectivity may do this."),
    Refusal.CONTACT_UNREADABLE: _(
        "Write a Moroccan mobile number, such as 06\u00a012\u00a034\u00a056\u00a078, or an e-mail address."
    ),
    Refusal.PHONE_UNREADABLE: _(
        "Write a Moroccan mobile number, such as 06\u00a012\u00a034\u00a056\u00a078."
    ),
    Refusal.CODE_WRONG: _("This code does not match. Tries left: %(left)s."),
    Refusal.CODE_EXPIRED: _("This code is more than 10 minutes old. Ask for a new one."),
    Refusal.CODE_USED: _("This code was used already. Ask for a new one."),
    Refusal.CODE_TRIED_TOO_OFTEN: _("Too many wrong codes. Ask for a new one."),
    Refusal.CODE_NOT_ASKED_HERE: _(
        "This code was asked for on another device. Ask for a new one here."
    ),
    Refusal.LINK_OVER: _(
        "This link is incomplete or more than 10 minutes old. Ask for a new code."
    ),
    Refusal.LINK_USED: _("This link, or the code beside it, was used already. Ask for a new code."),
    Refusal.LINK_NOT_ASKED_HERE: _(
        "This link is for another browser, or a newer code was asked for. Open the newest e-mail "
        "where you asked for it, or ask for a new code here."
    ),
    Refusal.PHONE_FULL: _("This number already serves %(most)s people. Use another one."),
    Refusal.NOT_ON_THIS_PHONE: _("Choose who you are."),
    Refusal.PASSWORD_WRONG: _("The e-mail address and the password do not go together."),
    Refusal.PASSWORD_WEAK: _("A password has at least %(least)s letters."),
    Refusal.TRIES_LEFT: _("Tries left: %(left)s. Nothing is lost."),
    Refusal.CARD_UNREADABLE: _(
        "Write the number as it is on the national card: letters, then digits, such as AB123456."
    ),
    Refusal.BIRTH_UNREADABLE: _("Write the birth date as day, month and year: 12/03/1987."),
    Refusal.SLIP_UNREADABLE: _("The activation code has 8 letters and digits, such as K7Q4-M2XD."),
    Refusal.SLIP_UNKNOWN: _("This code does not match."),
    Refusal.SLIP_USED: _("This code was used already. Sign in, or ask the counter for a new one."),
    Refusal.SLIP_EXPIRED: _("This code has expired. The counter gives you a new one."),
    Refusal.SLIP_WITHDRAWN: _("A newer code was given to you. Please use that one."),
    Refusal.SLIP_OF_ANOTHER_TOWN: _("This code was given by another collectivity."),
    Refusal.CODE_OF_A_LETTER: _(
        "This code came in a letter. It is typed with the number of your card and your birth date, "
        "under “I was sent a letter”."
    ),
    Refusal.CODE_OF_A_MEDIATOR: _(
        "This code came from a mediator. It is typed with the number of your card and your birth "
        "date, on the page “Can I vote?”."
    ),
    Refusal.LETTER_UNKNOWN: _("No letter has this code and this birth date."),
    Refusal.LETTER_OF_ANOTHER_CARD: _(
        "This letter was made for another card number. If the number is yours as you typed it, go to the "
        "counter with your card: the counter can verify you, and nothing is lost."
    ),
    Refusal.BATCH_CANCELLED: _(
        "The collectivity has cancelled this code. The counter can verify you: nothing is lost."
    ),
    Refusal.VERIFIED_ALREADY: _(
        "You are verified already, in an account of yours. Sign in as before, or go to the counter "
        "with your card: nothing is lost."
    ),
    Refusal.BATCH_MADE_ALREADY: _(
        "This was made already, and is shown once. If it was not printed, cancel it and make it again."
    ),
    Refusal.BATCH_AT_ONCE: _(
        "A colleague made codes at this very moment. Nothing was made here: send it again."
    ),
    Refusal.BATCH_OVER: _("These codes were cancelled or have expired already."),
    Refusal.DAYS_UNREADABLE: _("Write a number of days, from %(least)s to %(most)s."),
    Refusal.SIZE_UNREADABLE: _("Write a number of codes, from 1 to %(most)s."),
    Refusal.MEETING_WAITS: _(
        "A code of yours waits for the counter already. The answer comes here."
    ),
    Refusal.CARD_DIFFERS: _(
        "The resident typed another number or another birth date. Compare them once more: nothing is decided."
    ),
    Refusal.RESIDENCE_ENDED: _(
        "You are noted as having moved away. If you live here, go to the counter with your card."
    ),
    Refusal.NOT_ON_THE_LIST: _(
        "Nobody with this number and birth date is on the list. The counter can verify you."
    ),
    Refusal.LINKED_TO_ANOTHER: _(
        "This number is already in use in another account. Go to the counter with your card: "
        "nothing is lost."
    ),
    Refusal.ALREADY_SOMEONE_HERE: _(
        "This account belongs to someone else already verified here. Sign out first."
    ),
    Refusal.NATIONAL_NOT_ASKED_HERE: _(
        "This national sign-in was begun in another browser, was used already, or is more than "
        "10 minutes old. Nothing was changed: begin again here."
    ),
    Refusal.NATIONAL_DECLINED: _(
        "You stopped the national sign-in. Nothing was changed. You can begin again, or use another way."
    ),
    Refusal.NATIONAL_DOWN: _(
        "The national sign-in does not answer at the moment. Nothing is lost: try again later, or use "
        "another way."
    ),
    Refusal.NATIONAL_UNTRUE: _(
        "The answer of the national sign-in could not be confirmed. Nothing was changed. Try again, or "
        "use another way."
    ),
    Refusal.NATIONAL_INCOMPLETE: _(
        "The national sign-in did not give the number of your card and your birth date. Nothing was "
        "changed: use another way."
    ),
    Refusal.NATIONAL_NOT_RESIDENT: _(
        "Your identity is confirmed. That you live here is not. Go to the counter with your national card; "
        "if another address stands on it, bring a certificate of residence too. You get a code there."
    ),
    Refusal.NO_SUCH_RESIDENT: _("No verified resident has this number."),
    Refusal.NO_SUCH_PERSON: _("Nobody has an account with this address."),
    Refusal.INVITATION_OVER: _("This invitation has expired or was taken back. Ask for a new one."),
    Refusal.LAST_ADMINISTRATOR: _(
        "This is the only administrator. Name another one first: somebody must keep the keys."
    ),
    Refusal.LAST_ADMINISTRATOR_LEAVES: _(
        "You are the only administrator of a collectivity. Name another one first, on its page “People and "
        "roles”; once they have accepted, you may close your account. Nothing was erased."
    ),
    Refusal.DAY_UNREADABLE: _("Write a day to come, such as 31/12/2027."),
    Refusal.SECOND_CODE_WRONG: _(
        "This code does not fit. Type the newest one that the application on your telephone shows."
    ),
    Refusal.SECOND_CODE_USED: _(
        "This code was used already. Wait for the next one, 30 seconds at most."
    ),
    Refusal.SECOND_FACTOR_NEEDED: _(
        "Your work needs a second proof: the last one cannot be turned off. Set another one up first."
    ),
    Refusal.SECOND_FACTOR_FIRST: _("Show your second proof first: a code or a passkey."),
    Refusal.PASSKEY_NEEDS_SCRIPT: _(
        "Passkeys need JavaScript, which is off in this browser. Use another way."
    ),
    Refusal.PASSKEY_WRONG: _(
        "This passkey did not prove who you are, or the page was open too long. Try again."
    ),
    Refusal.PASSKEY_DOUBTED: _(
        "This passkey may have been copied: somebody else may hold it. Use another way, then remove it and "
        "tell your administrator."
    ),
    Refusal.PASSKEY_KNOWN: _("This passkey is in use already."),
    Refusal.PASSKEYS_FULL: _("You have twenty passkeys already. Remove one first."),
    Refusal.REASON_MISSING: _("Choose a reason: it is written in the journal."),
    Refusal.CONTACT_YOURS: _("You are reached there already."),
    Refusal.LAST_CONTACT: _(
        "This is the only way to reach you and to sign in. Add another one first."
    ),
    Refusal.ASKED_ALREADY: _("You asked this already. The answer comes here."),
    Refusal.DECIDED_ALREADY: _("Somebody else decided this in the meantime. Nothing was changed."),
    Refusal.TAKEN_BY_ANOTHER: _("A colleague has taken this. It comes back after 24 hours."),
    Refusal.DISTRICT_MISSING: _("Write the district: 60 letters at most."),
    Refusal.FACT_MISSING: _("Choose what the card or the document says."),
    Refusal.KEEP_MISSING: _("Choose the account that keeps the right to vote."),
    Refusal.MET_ENDED: _(
        "This resident is noted as having moved away. Verify them at the counter instead."
    ),
    Refusal.MET_ELSEWHERE: _(
        "Another account has this card. It is a conflict now, in what waits for the counter: "
        "decide that first."
    ),
    Refusal.MET_SOMEONE_ELSE: _(
        "This account is another resident's already. Verify the person at the counter instead."
    ),
    Refusal.CARD_NOT_SEEN: _("This is decided with the card in hand: say that you have seen it."),
    Refusal.KEEPS_ANOTHER: _("That account belongs to somebody else already verified here."),
    Refusal.JOIN_AFTER_THE_CLOSE: _(
        "Another resident is verified with this number, and a vote is open. The two can be joined when it "
        "is closed: then no ballot is lost, and none is counted twice."
    ),
    Refusal.TAKE_IT_FIRST: _("Take this first: then nobody else decides it at the same time."),
}

FILE_PROBLEMS: Wording = {
    FileProblem.EMPTY: _("The file is empty."),
    FileProblem.NO_LINES: _("The file names the columns, and nobody below them."),
    FileProblem.NOT_TEXT: _("The file is not text. Save the sheet as CSV (UTF-8)."),
    FileProblem.NO_HEADS: _(
        "The first line must name the columns: cnie, birth_date, and district if there is one."
    ),
    FileProblem.NO_HEADS_OF_LETTERS: _(
        "The first line must name the columns: name, cnie, birth_date, address, and district if there "
        "is one."
    ),
    FileProblem.TOO_MANY_LINES: _("The file has too many lines for one batch: cut it in two."),
}

LINE_PROBLEMS: Wording = {
    LineProblem.NUMBER_UNREADABLE: _("The number of the card cannot be read."),
    LineProblem.BIRTH_UNREADABLE: _("The birth date cannot be read."),
    LineProblem.DISTRICT_TOO_LONG: _("The name of the district has more than 60 letters."),
    LineProblem.NUMBER_TWICE: _("This number is in the file twice."),
    LineProblem.NATIONALITY_UNREADABLE: _(
        "The nationality cannot be read: write “citizen” or “foreign”, or leave the cell empty."
    ),
    LineProblem.TIE_UNREADABLE: _("Write “lives” or “works”, or leave the cell empty."),
    LineProblem.QUOTES_UNPAIRED: _("The quotation marks of this line do not go in pairs."),
    LineProblem.NAME_MISSING: _("The name is missing."),
    LineProblem.ADDRESS_MISSING: _("The address is missing."),
    LineProblem.ADDRESS_TOO_LONG: _("The name or a line of the address has more than 80 letters."),
    LineProblem.LISTED_OTHERWISE: _(
        "The list of the commune has this number with another birth date. Mend whichever is wrong, "
        "here or there."
    ),
}

WORDINGS = (REFUSALS, FILE_PROBLEMS, LINE_PROBLEMS)
