package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.identity.AccessKey;
import dev.millrace.identity.Role;
import dev.millrace.identity.SessionCredentials;
import dev.millrace.invocation.Payload;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.AwsSigner;
import dev.millrace.testkit.SharedServers;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Temporary credentials: asked for and used as AWS's clients do it.
class SessionIT {
    private static final String STS = "&Version=2011-06-15";
    private static final String ASSUME =
            "Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Fpath%2Fdeployer"
                    + "&RoleSessionName=monday" + STS;
    private static final AccessKey ROOT =
            new AccessKey("ROOTKEY", new Secret("the secret of the root key"), Role.ADMIN);
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = new TestGateway(
                SharedServers.kafka(),
                SharedServers.store(),
                TestGateway.newBucket(),
                TestGateway.config(Map.of(
                        "auth.access-key-id",
                        ROOT.id(),
                        "auth.secret-access-key",
                        ROOT.secret().value())));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void actAsTheirKeyUntilItIsRevoked() {
        AccessKey reader = created("reader");
        SessionCredentials session = credentials(query(signer(reader), "Action=GetSessionToken" + STS));

        assertThat(Duration.between(Instant.now(), session.expiresAt()))
                .isBetween(Duration.ofHours(11), Duration.ofHours(12));
        assertThat(control(signer(session), "ListModels").statusCode()).isEqualTo(200);
        assertThat(control(signer(session), "DeleteModel").body()).contains("AccessDeniedException");
        assertThat(query(signer(session), "Action=GetCallerIdentity" + STS).body())
                .contains("<Arn>arn:aws:iam::000000000000:user/" + reader.id() + "</Arn>");

        assertThat(gateway.send(gateway.authorized(HttpRequest.newBuilder(gateway.uri("/access-keys/" + reader.id()))
                                .DELETE()))
                        .statusCode())
                .isEqualTo(204);
        HttpResponse<String> refused = control(signer(session), "ListModels");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("UnrecognizedClientException");
    }

    @Test
    void showTheRoleThatWasAssumed() {
        HttpResponse<String> answer = query(signer(ROOT), ASSUME + "&DurationSeconds=900");
        SessionCredentials session = credentials(answer);

        String arn = "<Arn>arn:aws:sts::000000000000:assumed-role/deployer/monday</Arn>";
        assertThat(answer.body()).contains(arn);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(query(signer(session), "Action=GetCallerIdentity" + STS).body())
                .contains(arn);
        assertThat(control(signer(session), "DeleteModel").body()).contains("Could not find model");
    }

    @Test
    void makeNoKeysAndNoOtherSessions() {
        SessionCredentials session = credentials(query(signer(ROOT), ASSUME));

        for (String action : List.of(ASSUME, "Action=GetSessionToken" + STS)) {
            HttpResponse<String> refused = query(signer(session), action);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("<Code>AccessDenied</Code>");
        }
        assertThat(send(signer(session), "/access-keys", Map.of(), "{\"role\":\"admin\"}")
                        .body())
                .contains("ACCESS_DENIED");
    }

    @Test
    void areNothingWithoutTheirToken() {
        SessionCredentials session = credentials(query(signer(ROOT), ASSUME));
        var bare = new AwsSigner(session.accessKeyId(), session.secret(), Instant.now());

        assertThat(control(bare, "ListModels").body()).contains("UnrecognizedClientException");
        assertThat(query(bare, "Action=GetCallerIdentity" + STS).body()).contains("<Code>InvalidClientTokenId</Code>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Action=GetSessionToken&DurationSeconds=899",
                "Action=GetSessionToken&DurationSeconds=43201",
                "Action=GetSessionToken&DurationSeconds=1e3",
                "Action=GetSessionToken&DurationSeconds=99999999999999999999",
                "Action=AssumeRole&RoleSessionName=monday",
                "Action=AssumeRole&RoleSessionName=monday&RoleArn=deployer",
                "Action=AssumeRole&RoleSessionName=a%0Ab&RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Fdeployer",
                "Action=AssumeRole&RoleSessionName=x&RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Fdeployer",
                "Action=AssumeRole&RoleSessionName=monday&Policy=%7B%7D"
                        + "&RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Fdeployer"
            })
    void areRefusedWithOtherParameters(String form) {
        HttpResponse<String> refused = query(signer(ROOT), form + STS);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("<Code>ValidationError</Code>");
    }

    private static AccessKey created(String role) {
        HttpResponse<String> answer =
                gateway.send(gateway.authorized(HttpRequest.newBuilder(gateway.uri("/access-keys")))
                        .POST(BodyPublishers.ofString("{\"role\":\"" + role + "\"}")));
        JsonNode key = JsonMapper.shared().readTree(answer.body());
        return new AccessKey(
                key.path("accessKeyId").asString(""),
                new Secret(key.path("secretAccessKey").asString("")),
                Role.of(role));
    }

    private static SessionCredentials credentials(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new SessionCredentials(
                element(answer, "AccessKeyId"),
                new Secret(element(answer, "SecretAccessKey")),
                new Secret(element(answer, "SessionToken")),
                Instant.parse(element(answer, "Expiration")));
    }

    private static String element(HttpResponse<String> answer, String name) {
        Matcher matcher = Pattern.compile("<" + name + ">([^<]+)<").matcher(answer.body());
        assertThat(matcher.find()).as(answer.body()).isTrue();
        return matcher.group(1);
    }

    private static AwsSigner signer(AccessKey key) {
        return new AwsSigner(key.id(), key.secret(), Instant.now());
    }

    private static AwsSigner signer(SessionCredentials session) {
        return new AwsSigner(session.accessKeyId(), session.secret(), session.token(), Instant.now());
    }

    private static HttpResponse<String> control(AwsSigner signer, String operation) {
        return send(signer, "/", Map.of("X-Amz-Target", List.of("SageMaker." + operation)), "{\"ModelName\":\"none\"}");
    }

    private static HttpResponse<String> query(AwsSigner signer, String form) {
        return send(signer, "/", Map.of("Content-Type", List.of("application/x-www-form-urlencoded")), form);
    }

    private static HttpResponse<String> send(
            AwsSigner signer, String path, Map<String, List<String>> headers, String body) {
        AwsSigner.Signed signed = signer.sign(
                AwsSigner.Plain.post("127.0.0.1:" + gateway.port(), path, headers, Payload.ofUtf8(body)),
                "sts",
                AwsSigner.REGION);
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri(path)).POST(BodyPublishers.ofString(body));
        signed.headers().forEach((name, values) -> {
            // The client sets it itself, to the same.
            if (!name.equalsIgnoreCase("Host")) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return gateway.send(request);
    }
}
