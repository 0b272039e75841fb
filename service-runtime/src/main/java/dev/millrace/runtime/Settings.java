package dev.millrace.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Reads settings once at start: environment over file over default, and reports every problem at once.
///
/// Keys are `dotted.kebab-case`; the environment variable is `MILLRACE_` and the same in `UPPER_SNAKE`. Ask for
/// every key, then call [#finish], which fails on bad values and on keys that nobody asked for. Used by one
/// thread.
public final class Settings {
    private static final String ENVIRONMENT_PREFIX = "MILLRACE_";
    // Variables of the test harness, which the processes that it starts in its own JVM see too.
    private static final String TEST_PREFIX = "MILLRACE_TEST_";
    /// What `millrace env` prints for clients: a shell that has them may start processes, too.
    private static final Set<String> OF_CLIENTS = Set.of("MILLRACE_MANAGEMENT_URL", "MILLRACE_TOKEN");

    private final Map<String, String> file;
    private final Map<String, String> environment;
    private final Map<String, String> effective = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    /// @param file keys as written in the properties file
    /// @param environment the process environment; only names that begin with `MILLRACE_` count
    public Settings(Map<String, String> file, Map<String, String> environment) {
        this.file = Map.copyOf(file);
        this.environment = environment.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(ENVIRONMENT_PREFIX)
                        && !entry.getKey().startsWith(TEST_PREFIX)
                        && !OF_CLIENTS.contains(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /// The value, or the default when the key is not set or its value is bad; a bad value fails [#finish].
    ///
    /// @param parse throws an `IllegalArgumentException` or `DateTimeException` for a bad value
    public <T> T get(String key, T byDefault, Function<String, T> parse) {
        effective.put(key, String.valueOf(byDefault));
        return find(key, parse).orElse(byDefault);
    }

    public String get(String key, String byDefault) {
        return get(key, byDefault, Function.identity());
    }

    /// The value when the key is set and good.
    public <T> Optional<T> find(String key, Function<String, T> parse) {
        effective.putIfAbsent(key, "");
        String text = environment.getOrDefault(environmentName(key), file.get(key));
        if (text == null) {
            return Optional.empty();
        }
        try {
            T value = parse.apply(text);
            effective.put(key, value instanceof Secret ? value.toString() : text);
            return Optional.of(value);
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            problems.add(key + ": " + text + " (" + e.getMessage() + ")");
            return Optional.empty();
        }
    }

    /// Adds a rule that spans several keys.
    public void require(boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }

    /// Fails once with every problem: bad values, broken rules and keys that nobody asked for, with the nearest
    /// known one.
    ///
    /// @throws IllegalArgumentException with one line per problem
    public void finish() {
        var unknown = new HashMap<String, String>();
        file.keySet().stream()
                .filter(key -> !effective.containsKey(key))
                .forEach(key -> unknown.put(key, nearest(key)));
        var names = effective.keySet().stream().map(Settings::environmentName).collect(Collectors.toSet());
        environment.keySet().stream()
                .filter(name -> !names.contains(name))
                .forEach(name -> unknown.put(
                        name,
                        environmentName(nearest(name.substring(ENVIRONMENT_PREFIX.length())
                                .replace('_', '.')
                                .toLowerCase(Locale.ROOT)))));
        unknown.forEach((key, near) -> problems.add(key + ": unknown setting (did you mean " + near + "?)"));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("settings:\n  " + String.join("\n  ", problems));
        }
    }

    /// Every key that was asked for with the value in force; secrets redacted.
    public Map<String, String> effective() {
        return Map.copyOf(effective);
    }

    public static String environmentName(String key) {
        return ENVIRONMENT_PREFIX + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private String nearest(String key) {
        return effective.keySet().stream()
                .min(Comparator.comparingInt(known -> distance(known, key)))
                .orElse("none");
    }

    /// Edit distance (Levenshtein, 1965).
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
