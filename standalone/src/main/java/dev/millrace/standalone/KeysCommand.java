package dev.millrace.standalone;

import dev.millrace.identity.BearerTokens;
import dev.millrace.runtime.Secret;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `millrace keys`: the access keys of a gateway, by its API.
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = {
            "Makes, lists, rotates and revokes access keys.",
            "Calls the gateway at AWS_ENDPOINT_URL as the holder of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, who must",
            "be an administrator; eval \"$(./millrace env)\" sets all three."
        },
        footer = {
            "",
            "Roles: reader (describe, list), invoker (call endpoints), operator (both, and change), admin (all)."
        })
final class KeysCommand {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smhd])");

    private final JsonMapper json = JsonMapper.shared();

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the keys, without their secrets.")
    int list() throws IOException, InterruptedException {
        JsonNode answer = call("GET", "/access-keys", "");
        System.out.printf("%-20s  %-8s  %-24s  %s%n", "ACCESS KEY", "ROLE", "CREATED", "DESCRIPTION");
        for (JsonNode key : answer.path("accessKeys")) {
            System.out.printf(
                    "%-20s  %-8s  %-24.24s  %s%n",
                    key.path("accessKeyId").asString(""),
                    key.path("role").asString(""),
                    key.path("createdAt").asString(""),
                    key.path("description").asString(""));
        }
        return 0;
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Makes a key and prints it as shell lines. Its secret is not shown again.")
    int create(
            @Option(names = "--role", required = true, description = "reader, invoker, operator or admin") String role,
            @Option(names = "--description", defaultValue = "", description = "whose it is") String description)
            throws IOException, InterruptedException {
        print(call("POST", "/access-keys", json.writeValueAsString(Map.of("role", role, "description", description))));
        return 0;
    }

    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = {
                "Gives a key another secret and prints it; the one before is worth nothing from then on,",
                "or after the grace time that is given."
            })
    int rotate(
            @Parameters(paramLabel = "ACCESS_KEY") String id,
            @Option(
                            names = "--grace",
                            paramLabel = "TIME",
                            defaultValue = "0s",
                            description = "how long the secret before still works, such as 90s, 30m, 12h or 7d")
                    String grace)
            throws IOException, InterruptedException {
        print(call("POST", "/access-keys/" + id + "/rotate", "{\"graceSeconds\":" + seconds(grace) + "}"));
        return 0;
    }

    private static long seconds(String time) {
        Matcher matcher = TIME.matcher(time);
        if (!matcher.matches()) {
            throw new UsageException("--grace: " + time + " (expected: such as 90s, 30m, 12h or 7d)");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "d" -> Duration.ofDays(number).toSeconds();
            case "h" -> Duration.ofHours(number).toSeconds();
            case "m" -> Duration.ofMinutes(number).toSeconds();
            default -> number;
        };
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Removes a key; what it signs is refused.")
    int revoke(@Parameters(paramLabel = "ACCESS_KEY") String id) throws IOException, InterruptedException {
        call("DELETE", "/access-keys/" + id, "");
        return 0;
    }

    private static void print(JsonNode key) {
        System.out.println(
                "export AWS_ACCESS_KEY_ID='" + key.path("accessKeyId").asString("") + "'");
        System.out.println(
                "export AWS_SECRET_ACCESS_KEY='" + key.path("secretAccessKey").asString("") + "'");
        System.out.println("export MILLRACE_TOKEN='" + key.path("bearerToken").asString("") + "'");
    }

    private JsonNode call(String method, String path, String body) throws IOException, InterruptedException {
        URI base = URI.create(variable("AWS_ENDPOINT_URL"));
        String token = BearerTokens.of(variable("AWS_ACCESS_KEY_ID"), new Secret(variable("AWS_SECRET_ACCESS_KEY")));
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(base.resolve(path))
                            .timeout(TIMEOUT)
                            .header("Authorization", "Bearer " + token)
                            .method(method, BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new UsageException("the gateway answers " + answer.statusCode() + " "
                        + json.readTree(answer.body()).path("message").asString(answer.body()));
            }
            return json.readTree(answer.body().isEmpty() ? "{}" : answer.body());
        } catch (ConnectException _) {
            throw new UsageException("no gateway answers at " + base);
        } catch (IllegalArgumentException _) {
            throw new UsageException("not an access key: " + path);
        }
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new UsageException(name + " is not set; use: eval \"$(./millrace env)\"");
        }
        return value;
    }
}
