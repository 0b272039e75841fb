package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.controlplane.AccessKeyResource;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.identity.AccessKey;
import dev.millrace.identity.BearerTokens;
import dev.millrace.identity.Role;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.AwsSigner;
import dev.millrace.testkit.SharedServers;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Who may do what, on a gateway that asks.
class AuthenticationIT {
    private static final int INLINE = 1_000;
    private static final Payload SMALL = Payload.ofUtf8("[1,2,3]");
    private static final Payload LARGE = Payload.ofUtf8("7".repeat(200_000));
    private static final AccessKey ROOT =
            new AccessKey("ROOTKEY", new Secret("the secret of the root key"), Role.ADMIN);
    private static final Map<String, String> SETTINGS = Map.of(
            "auth.access-key-id",
            ROOT.id(),
            "auth.secret-access-key",
            ROOT.secret().value(),
            "payload.inline-bytes",
            Integer.toString(INLINE));
    private static TestGateway gateway;
    private static EndpointName endpoint;

    @BeforeAll
    static void start() {
        gateway = new TestGateway(
                SharedServers.kafka(), SharedServers.store(), TestGateway.newBucket(), TestGateway.config(SETTINGS));
        endpoint = gateway.endpoint(true);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void takesCallsThatTheirCallerSigned() {
        assertThat(invoke(ROOT, SMALL, SMALL).statusCode()).isEqualTo(202);
        assertThat(invoke(ROOT, LARGE, LARGE).statusCode()).isEqualTo(202);
    }

    @Test
    void takesASignedBodyOfUnknownLength() {
        HttpResponse<String> answer = gateway.send(
                signed(ROOT, LARGE, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(LARGE.bytes()))));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    @Test
    void refusesABodyThatIsNotTheSignedOneAndKeepsNothingOfIt() {
        long queued = queued();
        long stored = stored();
        Payload changed = Payload.ofUtf8("8" + LARGE.utf8().substring(1));

        for (HttpResponse<String> refused : List.of(
                invoke(ROOT, SMALL, Payload.ofUtf8("[1,2,4]")),
                invoke(ROOT, LARGE, changed),
                gateway.send(signed(
                        ROOT, LARGE, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(changed.bytes())))))) {
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.headers().firstValue("x-amzn-ErrorType")).contains("InvalidSignatureException");
        }

        assertThat(queued()).isEqualTo(queued);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(stored()).isEqualTo(stored));
    }

    @Test
    void saysWhatIsMissingInTheFormOfEachApi() {
        HttpResponse<String> runtime = gateway.send(gateway.async(endpoint).POST(BodyPublishers.ofString("1")));
        HttpResponse<String> control = gateway.send(HttpRequest.newBuilder(gateway.uri("/"))
                .header("X-Amz-Target", "SageMaker.ListEndpoints")
                .POST(BodyPublishers.ofString("{}")));
        HttpResponse<String> sns = gateway.send(HttpRequest.newBuilder(gateway.uri("/"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("Action=ListTopics&Version=2010-03-31")));
        HttpResponse<String> own = gateway.get("/access-keys");

        assertThat(List.of(runtime.statusCode(), control.statusCode(), sns.statusCode(), own.statusCode()))
                .containsOnly(403);
        assertThat(runtime.body()).contains("\"__type\":\"MissingAuthenticationTokenException\"");
        assertThat(control.body()).contains("\"__type\":\"MissingAuthenticationTokenException\"");
        assertThat(sns.body()).contains("<Code>MissingAuthenticationToken</Code>");
        assertThat(own.body()).contains("\"code\":\"UNAUTHENTICATED\"");
    }

    @Test
    void leavesLinksInMessagesToThoseWhoHaveThem() {
        HttpResponse<String> confirmation =
                gateway.get("/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:000000000000:none&Token=x");

        assertThat(confirmation.statusCode()).isEqualTo(404);
        assertThat(gateway.get("/?Action=ListTopics").statusCode()).isEqualTo(403);
    }

    @Test
    void letsAKeyDoWhatItsRoleAllows() {
        AccessKey reader = created("reader");
        AccessKey invoker = created("invoker");
        AccessKey operator = created("operator");
        String create = "{\"ModelName\":\"%s\",\"ExecutionRoleArn\":\"arn:aws:iam::000000000000:role/r\","
                + "\"PrimaryContainer\":{\"Image\":\"onnx\",\"ModelDataUrl\":\"s3://models/model.onnx\"}}";

        assertThat(control(reader, "ListModels", "{}")).isEqualTo(200);
        assertThat(control(reader, "CreateModel", create.formatted(TestGateway.newName())))
                .isEqualTo(400);
        assertThat(invoke(reader, SMALL, SMALL).statusCode()).isEqualTo(403);
        assertThat(control(invoker, "ListModels", "{}")).isEqualTo(400);
        assertThat(invoke(invoker, SMALL, SMALL).statusCode()).isEqualTo(202);
        assertThat(control(operator, "CreateModel", create.formatted(TestGateway.newName())))
                .isEqualTo(200);
        assertThat(invoke(operator, LARGE, LARGE).statusCode()).isEqualTo(202);
        assertThat(bearer(operator, "/access-keys").statusCode()).isEqualTo(403);
        assertThat(bearer(ROOT, "/access-keys").body()).contains(reader.id()).doesNotContain("ecret");
    }

    @Test
    void keepsNoSecretInTheStore() {
        AccessKey key = created("admin");

        String document = gateway.store
                .get(gateway.objects.resource(ResourceKind.ACCESS_KEY.label(), key.id()), 10_000)
                .orElseThrow()
                .body()
                .utf8();
        assertThat(document)
                .contains("\"role\":\"admin\"")
                .doesNotContain(key.secret().value());
    }

    @Test
    void takesTheHolderOfADamagedKeyForAStranger() {
        AccessKey key = created("invoker");
        AccessKey other = created("invoker");
        AccessKeyResource sound =
                gateway.catalog.find(ResourceKind.ACCESS_KEY, key.id()).orElseThrow();

        for (AccessKeyResource damaged : List.of(
                sound.withSealedSecret("not Base64!"),
                sound.withSealedSecret(""),
                new AccessKeyResource(
                        key.id(), sound.arn(), 0, sound.createdAt(), "king", sound.sealedSecret(), null, ""))) {
            gateway.catalog.update(ResourceKind.ACCESS_KEY, key.id(), _ -> damaged);

            HttpResponse<String> refused = invoke(key, SMALL, SMALL);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
            assertThat(refused.body()).contains("UnrecognizedClientException");
            assertThat(invoke(other, SMALL, SMALL).statusCode()).isEqualTo(202);
        }
        assertThat(gateway.send(authorized("/access-keys/" + key.id()).DELETE()).statusCode())
                .isEqualTo(204);
    }

    @Test
    void knowsKeysThatAnotherGatewayMade() {
        try (var other = new TestGateway(
                SharedServers.kafka(), SharedServers.store(), gateway.objects.bucket(), TestGateway.config(SETTINGS))) {
            AccessKey key = created("invoker");
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> other.catalog
                            .find(ResourceKind.ACCESS_KEY, key.id())
                            .isPresent());

            assertThat(other.send(other.async(endpoint)
                                    .header("Authorization", "Bearer " + BearerTokens.of(key.id(), key.secret()))
                                    .POST(BodyPublishers.ofString("1")))
                            .statusCode())
                    .isEqualTo(202);
        }
    }

    @Test
    void refusesASecretThatWasRotatedAndAKeyThatWasRevoked() {
        AccessKey key = created("invoker");
        HttpResponse<String> rotated =
                gateway.send(authorized("/access-keys/" + key.id() + "/rotate").POST(BodyPublishers.noBody()));
        AccessKey renewed = key(rotated);

        assertThat(renewed.id()).isEqualTo(key.id());
        assertThat(invoke(key, SMALL, SMALL).statusCode()).isEqualTo(403);
        assertThat(invoke(renewed, SMALL, SMALL).statusCode()).isEqualTo(202);

        assertThat(gateway.send(authorized("/access-keys/" + key.id()).DELETE()).statusCode())
                .isEqualTo(204);
        HttpResponse<String> refused = invoke(renewed, SMALL, SMALL);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("UnrecognizedClientException");
        assertThat(gateway.send(authorized("/access-keys/" + key.id()).DELETE()).statusCode())
                .isEqualTo(400);
    }

    @Test
    void takesTheOldSecretForTheGraceTimeOfARotation() {
        AccessKey key = created("invoker");
        AccessKey renewed = key(rotate(key, "{\"graceSeconds\":3600}"));

        assertThat(invoke(key, SMALL, SMALL).statusCode()).isEqualTo(202);
        assertThat(invoke(renewed, SMALL, SMALL).statusCode()).isEqualTo(202);

        AccessKey again = key(rotate(key, "{\"graceSeconds\":3600}"));
        assertThat(invoke(key, SMALL, SMALL).statusCode()).isEqualTo(403);
        assertThat(invoke(renewed, SMALL, SMALL).statusCode()).isEqualTo(202);
        assertThat(invoke(again, SMALL, SMALL).statusCode()).isEqualTo(202);
        for (String wrong : List.of("{\"graceSeconds\":-1}", "{\"graceSeconds\":1e9}", "{\"graceSeconds\":\"1\"}")) {
            assertThat(rotate(key, wrong).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void makesNoKeyOfAnUnknownRoleOrWithoutJson() {
        for (String body : List.of("{\"role\":\"root\"}", "{}", "[", "{\"role\":7}")) {
            assertThat(gateway.send(authorized("/access-keys").POST(BodyPublishers.ofString(body)))
                            .statusCode())
                    .isEqualTo(400);
        }
        assertThat(gateway.send(authorized("/access-keys/" + ROOT.id()).DELETE())
                        .body())
                .contains("auth.access-key-id");
    }

    @Test
    void doesNotListenBeyondLoopbackWithoutAuthentication() {
        assertThatThrownBy(() -> TestGateway.CONFIG.at("0.0.0.0", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("auth.access-key-id");
        assertThat(TestGateway.config(SETTINGS)
                        .at("0.0.0.0", 0)
                        .authentication()
                        .isRequired())
                .isTrue();
    }

    private static HttpResponse<String> rotate(AccessKey key, String body) {
        return gateway.send(authorized("/access-keys/" + key.id() + "/rotate").POST(BodyPublishers.ofString(body)));
    }

    private static AccessKey created(String role) {
        HttpResponse<String> answer =
                gateway.send(authorized("/access-keys").POST(BodyPublishers.ofString("{\"role\":\"" + role + "\"}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return key(answer);
    }

    private static AccessKey key(HttpResponse<String> answer) {
        JsonNode key = JsonMapper.shared().readTree(answer.body());
        return new AccessKey(
                key.path("accessKeyId").asString(""),
                new Secret(key.path("secretAccessKey").asString("")),
                Role.of(key.path("role").asString("")));
    }

    private static HttpRequest.Builder authorized(String path) {
        return gateway.authorized(HttpRequest.newBuilder(gateway.uri(path)));
    }

    private static HttpResponse<String> bearer(AccessKey key, String path) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri(path))
                .header("Authorization", "Bearer " + BearerTokens.of(key.id(), key.secret()))
                .GET());
    }

    private static int control(AccessKey key, String operation, String json) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/"))
                        .header("X-Amz-Target", "SageMaker." + operation)
                        .header("Authorization", "Bearer " + BearerTokens.of(key.id(), key.secret()))
                        .POST(BodyPublishers.ofString(json)))
                .statusCode();
    }

    /// An asynchronous call that is signed over one body and sent with another.
    private static HttpResponse<String> invoke(AccessKey key, Payload signed, Payload sent) {
        return gateway.send(signed(key, signed, BodyPublishers.ofByteArray(sent.bytes())));
    }

    private static HttpRequest.Builder signed(AccessKey key, Payload body, BodyPublisher sent) {
        String path = "/endpoints/" + endpoint + "/async-invocations";
        AwsSigner.Signed signed = new AwsSigner(key.id(), key.secret(), Instant.now())
                .sign(
                        AwsSigner.Plain.post(
                                "127.0.0.1:" + gateway.port(),
                                path,
                                Map.of("X-Amzn-SageMaker-Content-Type", List.of("application/json")),
                                body),
                        "sagemaker",
                        AwsSigner.REGION);
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri(path)).POST(sent);
        signed.headers().forEach((name, values) -> {
            // The client sets it itself, to the same.
            if (!name.equalsIgnoreCase("Host")) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request;
    }

    private static long queued() {
        return gateway.lanes
                .position(gateway.lane(endpoint, LaneId.Kind.ASYNCHRONOUS))
                .orElseThrow()
                .end();
    }

    private static int stored() {
        return gateway.store
                .list(gateway.objects.bucket(), PlatformObjects.PAYLOADS, "")
                .size();
    }
}
