package sada.local;

import java.util.Locale;
import java.util.regex.Pattern;

/** Regular expressions with the stock `flags` parameter, such as `CASE_INSENSITIVE|UNICODE_CASE`. */
final class Patterns {

    private Patterns() {}

    static Pattern compile(String expression, String flags) {
        if (expression == null || expression.isEmpty()) {
            throw new IllegalArgumentException("pattern is missing");
        }
        int bits = 0;
        for (String flag : flags == null ? new String[0] : flags.split("\\|")) {
            bits |= flag.isBlank() ? 0 : bit(flag.trim().toUpperCase(Locale.ROOT));
        }
        return Pattern.compile(expression, bits);
    }

    private static int bit(String flag) {
        return switch (flag) {
            case "CASE_INSENSITIVE" -> Pattern.CASE_INSENSITIVE;
            case "MULTILINE" -> Pattern.MULTILINE;
            case "DOTALL" -> Pattern.DOTALL;
            case "UNICODE_CASE" -> Pattern.UNICODE_CASE;
            case "CANON_EQ" -> Pattern.CANON_EQ;
            case "UNIX_LINES" -> Pattern.UNIX_LINES;
            case "LITERAL" -> Pattern.LITERAL;
            case "COMMENTS" -> Pattern.COMMENTS;
            case "UNICODE_CHAR_CLASS", "UNICODE_CHARACTER_CLASS" -> Pattern.UNICODE_CHARACTER_CLASS;
            default -> throw new IllegalArgumentException("unknown pattern flag " + flag);
        };
    }
}
