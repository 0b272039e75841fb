package dev.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The page that says what there is of AWS's APIs, for tests that hold it against the code.
public final class CompatibilityPage {
    private static final Pattern OPERATION = Pattern.compile("`([A-Z][A-Za-z]+)`");

    private CompatibilityPage() {}

    /// The operations that a section's table names in the first cell of its rows, but for the row about all others.
    ///
    /// @param heading of the section, such as `SNS`
    public static Set<String> operations(String heading) {
        var operations = new TreeSet<String>();
        boolean isInside = false;
        for (String line : text().split("\n", -1)) {
            if (line.startsWith("## ")) {
                isInside = line.equals("## " + heading);
            } else if (isInside && line.startsWith("| `")) {
                OPERATION
                        .matcher(line.substring(0, line.indexOf('|', 1)))
                        .results()
                        .map(match -> match.group(1))
                        .forEach(operations::add);
            }
        }
        return operations;
    }

    private static String text() {
        try {
            return Files.readString(Modules.root().resolve("docs/reference/compatibility.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
