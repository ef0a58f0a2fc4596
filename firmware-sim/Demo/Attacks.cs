using MqttPay.FirmwareSim.Devices;
using MqttPay.FirmwareSim.Mqtt;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>
/// What a hostile or broken device does, over real sockets: repeats, a clone, forged and malformed messages.
/// </summary>
internal sealed class Attacks(
    Fleet fleet, DeviceIdentity victim, DeviceIdentity forger, PublicKey cloudKey, string folder, Gateway gateway,
    TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan AckPatience = TimeSpan.FromSeconds(1);

    private Device original = new(victim, cloudKey, new(), folder, gateway, seed: 0, new(), clock);

    /// <summary>What the victim has published and still has no final reply of; null when nothing.</summary>
    public DeviceState VictimState => original.State;

    /// <summary>The victim pays as long as it is alone.</summary>
    public async Task<bool> VictimPaysAsync(CancellationToken cancel)
    {
        original.Start();
        if (!await Wait.ForAsync(() => original.Ready, Patience, clock, cancel)) return false;
        original.Ask(Wish.Sale(50));
        return await Wait.ForAsync(
            () => original.State is { LastSequence: > 0, Open: null } || original.State.Stopped,
            Patience, clock, cancel);
    }

    /// <summary>Sends finished requests again, the same bytes; returns how many.</summary>
    public async Task<int> RepeatAsync(int count, CancellationToken cancel)
    {
        var sent = 0;
        foreach (var device in fleet.Devices)
        {
            if (sent >= count) break;
            if (device.State.Open is not null || device.LastSent is not { } bytes) continue;
            for (var copy = 0; copy < 2; copy++)
                if (await PublishAsync(device.Link, Topics.Request(device.Identity.Kid), bytes, cancel))
                    sent++;
        }

        return sent;
    }

    /// <summary>
    /// A second device with the same key and counter asks for something else; then the first one tries to pay.
    /// </summary>
    public async Task<(int Conflicts, bool Denied)> CloneAsync(CancellationToken cancel)
    {
        var state = original.State;
        await original.DisposeAsync();
        var conflicts = 0;
        var link = new DeviceLink(gateway, victim.Login with { Mqtt5 = true }, clock, heard =>
        {
            if (HintIn(heard) is DecisionCode.ReplayConflict) Interlocked.Increment(ref conflicts);
        });
        await using (link)
        {
            var other = RequestBuilder.Sign(
                SaleOf(victim.Kid, state.Epoch, state.LastSequence, 99), victim.Key).Message;
            if (await ConnectAsync(link, cancel))
                await PublishAsync(link, Topics.Request(victim.Kid), other, cancel);
            await Wait.ForAsync(() => Volatile.Read(ref conflicts) > 0, Patience, clock, cancel);
        }

        var tally = new DeviceTally();
        original = new(victim, cloudKey, new(), folder, gateway, seed: 1, tally, clock);
        original.Start();
        if (!await Wait.ForAsync(() => original.Ready, Patience, clock, cancel)) return (conflicts, false);
        original.Ask(Wish.Sale(10));
        var ended = await Wait.ForAsync(
            () => tally.Approved + tally.Declined > 0 || original.State.Stopped, Patience, clock, cancel);
        return (conflicts, ended && tally.Approved == 0);
    }

    /// <summary>Sends what no honest device sends; returns how many, and how many of them were approved.</summary>
    public async Task<(int Sent, int Approved)> ForgeAsync(CancellationToken cancel)
    {
        var approved = 0;
        var sent = 0;
        await using var link = new DeviceLink(gateway, forger.Login with { Mqtt5 = true }, clock, heard =>
        {
            if (IsApproval(heard)) Interlocked.Increment(ref approved);
        });
        foreach (var (topic, bytes) in Forgeries())
        {
            // Some of these rightly cost the sender its connection; the broker lets it come back about once a second.
            if (!link.Connected && !await ConnectAsync(link, cancel)) continue;
            await PublishAsync(link, topic, bytes, cancel);
            sent++;
        }

        // Lets an approval, which must not come, arrive.
        await Task.Delay(TimeSpan.FromMilliseconds(300), clock, cancel);
        return (sent, approved);
    }

    public ValueTask DisposeAsync() => original.DisposeAsync();

    private List<(string Topic, byte[] Bytes)> Forgeries()
    {
        var own = Topics.Request(forger.Kid);
        var good = RequestBuilder.Sign(SaleOf(forger.Kid, epoch: 1, sequence: 1, 100), forger.Key).Message;
        var wrongSignature = good.ToArray();
        wrongSignature[^1] ^= 1;
        var otherAmount = good.ToArray();
        otherAmount[^70] ^= 1;   // Inside the signed payload.
        var foreign = fleet.Devices[0];
        return
        [
            (own, []),
            (own, [0x00]),
            (own, good[..^1]),
            (own, [.. good, 0x00]),
            (own, [0xd8, 0x12, .. good[1..]]),
            (own, new byte[300]),
            (own, wrongSignature),
            (own, otherAmount),
            (own, foreign.LastSent ?? [0x01]),
            (Topics.Request(foreign.Identity.Kid), good),
            ("p/0000000000000000/q", good),
        ];
    }

    private static PaymentRequest SaleOf(KeyId kid, uint epoch, long sequence, long amountMinor) => new()
    {
        Operation = Operation.Sale,
        Kid = kid,
        Epoch = epoch,
        Sequence = sequence,
        Edge = DemoOptions.Edge,
        AmountMinor = amountMinor,
        Currency = DemoOptions.Currency,
    };

    private Task<bool> ConnectAsync(DeviceLink link, CancellationToken cancel) =>
        Wait.ForAsync(() => link.ConnectAsync(cancel), Patience, clock, cancel);

    /// <summary>A missing PUBACK is a rightful answer to some of these.</summary>
    private async Task<bool> PublishAsync(DeviceLink link, string topic, byte[] bytes, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(AckPatience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            return await link.PublishAsync(topic, bytes, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private static DecisionCode? HintIn(LinkEvent heard) =>
        heard is LinkEvent.Reply(var message)
            && ReplyCodec.TryParse(message, out var reply) is WireError.None && reply is Reply.Hint hint
            ? hint.Code
            : null;

    private static bool IsApproval(LinkEvent heard) =>
        heard is LinkEvent.Reply(var message)
        && ReplyCodec.TryParse(message, out var reply) is WireError.None
        && reply is Reply.Final { Decision.Approved: true };
}
