using MqttPay.Broker.Access;
using MqttPay.Broker.Machine;
using MqttPay.Broker.Wire;
using MqttPay.Payments;

namespace MqttPay.Broker.Host;

/// <summary>From a CONNECT to a session: rate, client id, password, rights of the will, CONNACK.</summary>
internal sealed class Login(Engine engine, MqttConnection connection)
{
    private const int ClientIdMax = 64;
    private const ushort KeepAliveMax = 1_200;

    public async Task<Answer> RunAsync(ConnectInput connect, TouchList touched)
    {
        if (!engine.Admission.TryConnect()) return new(Reason.ConnectionRateExceeded);
        var assigned = connect.ClientId.Length == 0;
        var clientId = assigned ? $"auto-{Guid.NewGuid():N}" : connect.ClientId;
        if (clientId.Length > ClientIdMax || clientId.AsSpan().ContainsAny("/+#")) return new(Reason.ClientIdNotValid);
        var identity = await AuthenticateAsync(clientId, connect);
        if (identity is null) return new(Reason.BadUserNameOrPassword);
        if (!Owns(identity, clientId)) return new(Reason.ClientIdNotValid);
        if (!engine.Admission.TryConnect(identity.User)) return new(Reason.ConnectionRateExceeded);
        var rights = engine.Options.Access.For(identity, clientId);
        if (connect.Will is { } will && !MaySay(will, rights)) return new(Reason.NotAuthorized);
        connection.MarkAuthenticated();
        return Open(connect, clientId, assigned, identity, rights, touched);
    }

    private async Task<Identity?> AuthenticateAsync(string clientId, ConnectInput connect)
    {
        await engine.PasswordChecks.WaitAsync();
        try
        {
            return engine.Identities.Authenticate(clientId, connect.User, connect.Password);
        }
        finally
        {
            engine.PasswordChecks.Release();
        }
    }

    private Answer Open(
        ConnectInput connect, string clientId, bool assigned, Identity identity, ConnectionRights rights,
        TouchList touched)
    {
        var limits = SessionLimits.Of(identity.Role);
        var keepAlive = connect.KeepAliveSeconds;
        var shortened = connect.Protocol == Protocol.V5 && keepAlive is 0 or > KeepAliveMax;
        if (shortened && connect.Protocol == Protocol.V5) keepAlive = KeepAliveMax;
        else shortened = false;
        var expiry = Math.Min(connect.SessionExpiry, limits.ExpiryMaxSeconds);
        connection.Speak(connect.Protocol, connect.PacketMax, keepAlive);
        var present = false;
        var request = new SessionRequest(
            clientId, identity, connection, connect.CleanStart, expiry,
            Math.Min(connect.ReceiveMax ?? ushort.MaxValue, limits.Window), connect.Will,
            resumed =>
            {
                present = resumed;
                var answer = new ConnAckOutput(Reason.Success, resumed)
                {
                    AssignedClientId = assigned ? clientId : null,
                    ReceiveMax = (ushort)limits.ReceiveMax,
                    PacketMax = (uint)limits.PacketMax,
                    AliasMax = Conversation.AliasMax,
                    ServerKeepAlive = shortened ? keepAlive : null,
                    SessionExpiry = expiry == connect.SessionExpiry ? null : expiry,
                };
                connection.SendConnAck(ControlCodec.EncodeConnAck(connect.Protocol, answer)!);
            });
        var reason = engine.Sessions.Open(request, engine.Now(), touched, out var session);
        if (reason != Reason.Success) return new(reason);
        connection.Established(session, clientId, present);
        touched.Add(connection);
        return new(reason, new(engine, connection, session, rights, limits, expiry));
    }

    /// <summary>
    /// A device's client id is its key's name, and nobody else's may look like one: a takeover needs the identity.
    /// </summary>
    private static bool Owns(Identity identity, string clientId) => identity switch
    {
        { Role: Role.Device, Kid: { } kid } => clientId == kid.ToString(),
        { Role: Role.Anonymous } => true,
        _ => !KeyId.TryParse(clientId, out _),
    };

    /// <summary>A request that nobody is there to hear the answer to is not a will's business.</summary>
    private bool MaySay(Will will, ConnectionRights rights) =>
        rights.MayPublish(will.Topic) && (!will.Retain || rights.MayRetain(will.Topic))
        && (engine.Gate is null || !PaymentTopic.IsRequest(will.Topic));

    internal readonly record struct Answer(Reason Reason, Conversation? Conversation = null);
}
