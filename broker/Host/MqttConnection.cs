using System.Net;
using Microsoft.AspNetCore.Connections;
using MqttPay.Broker.Machine;
using MqttPay.Broker.Wire;

namespace MqttPay.Broker.Host;

/// <summary>
/// One connection: the sending side that the machine sees, and the life from the first byte to the last. Reading is
/// <see cref="ReadLoop"/>'s job.
/// </summary>
internal sealed class MqttConnection : Outlet
{
    private readonly Engine engine;
    private readonly ConnectionContext context;
    private readonly IPAddress address;
    private readonly ILogger logger;
    private readonly OutputBuffer output;
    private readonly ReadLoop reading;
    private readonly long acceptedAt;
    private Protocol protocol;
    private uint clientPacketMax = uint.MaxValue;
    private long keepAliveMax;
    private long congestedSince;
    private long lastReadAt;
    private Session? session;
    private int closing;
    private Reason closeReason;

    public MqttConnection(Engine engine, ConnectionContext context, IPAddress address, ILogger logger)
    {
        this.engine = engine;
        this.context = context;
        this.address = address;
        this.logger = logger;
        output = new(context.Transport.Output, engine.Options.UnsentMax) { Relieved = OnRelieved };
        reading = new(engine, this, context.Transport.Input, logger);
        acceptedAt = lastReadAt = engine.Now();
    }

    public override Protocol Protocol => protocol;

    public override bool Congested => output.Congested;

    public IPAddress Address => address;

    public bool Authenticated { get; private set; }

    public bool Closing => Volatile.Read(ref closing) != 0;

    /// <summary>The client said goodbye itself; its will is not said then.</summary>
    public bool Left { get; set; }

    /// <summary>The session expiry that a DISCONNECT gave.</summary>
    public uint? NewExpiry { get; set; }

    public async Task RunAsync()
    {
        try
        {
            await reading.RunAsync();
        }
        finally
        {
            await EndAsync();
        }
    }

    public void MarkAuthenticated()
    {
        Authenticated = true;
        engine.Admission.Authenticated(address);
    }

    /// <summary>Before the CONNACK: from here on packets are written for this version and this client.</summary>
    public void Speak(Protocol spoken, uint? packetMax, int keepAliveSeconds)
    {
        protocol = spoken;
        clientPacketMax = packetMax ?? uint.MaxValue;
        // One and a half times the keep-alive, as the standard has it; 0 switches it off.
        Volatile.Write(ref keepAliveMax, keepAliveSeconds * 1500L);
    }

    public void Established(Session opened, string clientId, bool present)
    {
        session = opened;
        engine.Counters.Connected();
        BrokerLog.Connected(logger, clientId, address.ToString(), opened.Identity.Role.ToString(), present);
    }

    public void HasRead(long now) => Volatile.Write(ref lastReadAt, now);

    public override bool SendPublish(in Delivery delivery, ushort packetId, bool duplicate, long now)
    {
        var writer = new PublishWriter(delivery, protocol, now);
        if ((uint)writer.Length > clientPacketMax) return false;
        output.Append(
            writer.Length, new PublishCall(writer, packetId, duplicate),
            static (target, call) => call.Writer.Write(target, call.PacketId, call.Duplicate));
        return true;
    }

    public override void SendAck(AckKind kind, ushort packetId, Reason reason)
    {
        var first = (byte)(((int)kind << 4) | (kind == AckKind.PubRel ? 2 : 0));
        var (high, low) = ((byte)(packetId >> 8), (byte)(packetId & 0xFF));
        if (protocol == Protocol.V5 && reason != Reason.Success) output.Append([first, 3, high, low, (byte)reason]);
        else output.Append([first, 2, high, low]);
    }

    /// <summary>A client that does not take packets as large as a CONNACK cannot be served.</summary>
    public void SendConnAck(ReadOnlySpan<byte> packet)
    {
        if ((uint)packet.Length <= clientPacketMax) output.Append(packet);
        else Close(Reason.PacketTooLarge);
    }

    public void SendRaw(ReadOnlySpan<byte> packet) => output.Append(packet);

    public override void Flush() => output.Flush();

    public override void Close(Reason reason)
    {
        if (Interlocked.Exchange(ref closing, 1) != 0) return;
        closeReason = reason;
        if (session is not null && protocol == Protocol.V5 && reason >= Reason.Unspecified)
        {
            output.Append(ControlCodec.EncodeDisconnect(reason));
        }

        output.Seal();
        output.Flush();
        reading.Wake();
        context.Transport.Input.CancelPendingRead();
    }

    /// <summary>The peer has not sent what it had to send, or does not take what it was sent.</summary>
    public void Tick(long now)
    {
        if (session is null)
        {
            if (now - acceptedAt > engine.Options.ConnectTimeout.TotalMilliseconds) context.Abort();
            return;
        }

        if (reading.Paused) HasRead(now);
        var silence = Volatile.Read(ref keepAliveMax);
        if (silence > 0 && now - Volatile.Read(ref lastReadAt) > silence) Close(Reason.KeepAliveTimeout);
        if (!output.Congested) congestedSince = now;
        else if (now - congestedSince > engine.Options.CongestionMax.TotalMilliseconds) Close(Reason.QuotaExceeded);
    }

    private void OnRelieved()
    {
        session?.Pump(this, engine.Now());
        reading.Wake();
    }

    private async Task EndAsync()
    {
        Close(Left ? Reason.Success : Reason.Unspecified);
        if (session is not null)
        {
            var reason = Left ? "client" : closeReason == Reason.Unspecified ? "lost" : closeReason.ToString();
            engine.Counters.Ended(reason);
            BrokerLog.Gone(logger, session.ClientId, address.ToString(), reason);
            reading.Abandon();
            var touched = new TouchList();
            engine.Sessions.Leave(session, this, Left, NewExpiry, engine.Now(), touched);
            touched.Flush();
        }

        await DrainAsync();
    }

    /// <summary>Lets the goodbye out, but not for long: a peer that does not read is cut.</summary>
    private async Task DrainAsync()
    {
        var drained = output.DrainAsync();
        if (!drained.IsCompleted)
        {
            using var limit = new CancellationTokenSource();
            var late = Task.Delay(engine.Options.FarewellMax, engine.Clock, limit.Token);
            if (await Task.WhenAny(drained, late) == late) context.Abort();
            await limit.CancelAsync();
            await drained;
        }

        output.Discard();
    }

    private readonly ref struct PublishCall(PublishWriter writer, ushort packetId, bool duplicate)
    {
        public readonly PublishWriter Writer = writer;
        public readonly ushort PacketId = packetId;
        public readonly bool Duplicate = duplicate;
    }
}
