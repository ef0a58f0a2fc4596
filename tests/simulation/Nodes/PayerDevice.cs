using MqttPay.Payments;
using MqttPay.Simulation.Clouds;
using MqttPay.Simulation.Kernel;
using MqttPay.Wire;

namespace MqttPay.Simulation.Nodes;

/// <summary>A payer's device: sales, holds that grow, vouchers, and what undoes them.</summary>
internal sealed class PayerDevice(
    World world, PublicKey key, ulong secret, AccountId account, EdgeNode edge, int node, Draws draws)
    : Device(world, key, secret, edge, node, draws)
{
    public const int Mask = (1 << (int)Operation.Sale) | (1 << (int)Operation.Auth) | (1 << (int)Operation.Increment)
        | (1 << (int)Operation.Void) | (1 << (int)Operation.Reverse) | (1 << (int)Operation.Voucher)
        | (1 << (int)Operation.Status);

    private readonly List<Held> held = [];
    private long newestSale;

    public AccountId Account => account;

    public override void Accepted(PaymentRequest voucher)
    {
        foreach (var hold in held)
            if (hold.Sequence == voucher.ReferenceSequence)
                hold.AcceptedTick = Math.Max(hold.AcceptedTick, voucher.Tick);
    }

    protected override PaymentRequest? Next()
    {
        if (World.Fault(Draws, World.Profile.Foreign, FaultKind.Foreign)) return Foreign();
        var dice = Draws.Below(100);
        if (held.Count > 0 && dice < 35) return WithHold(held[Draws.Below(held.Count)]);
        if (newestSale != 0 && dice < 40)
        {
            var back = newestSale;
            newestSale = 0;
            return Basic(Operation.Reverse) with { ReferenceSequence = back };
        }

        var confirm = dice is >= 40 and < 52;
        return Basic(dice is >= 52 and < 68 ? Operation.Auth : Operation.Sale) with
        {
            AmountMinor = 1 + Draws.Below(Draws.Percent(10) ? 40_00 : 9_00),
            Currency = CloudStore.Currency,
            Flags = (confirm ? RequestFlags.Confirm : 0) | (Draws.Percent(5) ? RequestFlags.PartialOk : 0),
        };
    }

    protected override void Settled(Question asked, Decision decision)
    {
        var request = asked.Request;
        if (!decision.Approved) return;
        if (request.Operation is Operation.Auth || (request.Operation is Operation.Sale && decision.HoldSeconds > 0))
            held.Add(new(request.Sequence, request.Operation is Operation.Auth, decision.AmountMinor));
        else if (request.Operation is Operation.Sale)
        {
            newestSale = request.Sequence;
            World.Till(Edge, asked.Id, decision.AmountMinor);
        }
        else if (request.Operation is Operation.Increment)
            foreach (var hold in held)
                if (hold.Sequence == request.ReferenceSequence) hold.AmountMinor += decision.AmountMinor;
        if (held.Count > 6) held.RemoveAt(0);
    }

    private PaymentRequest? WithHold(Held hold)
    {
        switch (Draws.Below(10))
        {
            case 0:
                held.Remove(hold);
                return Basic(Operation.Void) with { ReferenceSequence = hold.Sequence };
            case 1:
                held.Remove(hold);
                return Basic(Operation.Reverse) with { ReferenceSequence = hold.Sequence };
            case 2 or 3 when hold.IsAuth:
                return Basic(Operation.Increment) with
                {
                    ReferenceSequence = hold.Sequence, AmountMinor = 1 + Draws.Below(3_00),
                    Currency = CloudStore.Currency, LastReceipt = null,
                };
            case 4: Ask(hold); return null;
            default:
                if (hold.IsAuth) Vouch(hold);
                return null;
        }
    }

    /// <summary>Claims what was used so far; several at once, which may overtake each other.</summary>
    private void Vouch(Held hold)
    {
        for (var more = Draws.Below(3); more >= 0; more--)
        {
            var step = 1 + Draws.Below(2_00);
            if (hold.VouchedMinor + step > hold.AmountMinor) return;
            hold.VouchedMinor += step;
            hold.Tick++;
            var message = Sign(Basic(Operation.Voucher) with
            {
                ReferenceSequence = hold.Sequence, Tick = hold.Tick, AmountMinor = hold.VouchedMinor,
                Currency = CloudStore.Currency,
            }, out _);
            Path.ToEdge(message);
        }
    }

    private void Ask(Held hold) =>
        Path.ToEdge(Sign(Basic(Operation.Status) with { ReferenceSequence = hold.Sequence }, out _));

    /// <summary>What no honest device asks.</summary>
    private PaymentRequest Foreign() => Draws.Below(5) switch
    {
        0 => Sale() with { Edge = Edge.Id + 1 },
        1 => Sale() with { Currency = 840 },
        2 => Sale() with { Account = new(0xDEAD) },
        3 => Basic(Operation.Refund) with
        {
            ReferenceId = PaymentId.Of(new(Key.Id, Epoch, Math.Max(1, Sequence))), AmountMinor = 1,
            Currency = CloudStore.Currency,
        },
        _ => Sale() with { Payee = 999_999 },
    };

    private PaymentRequest Sale() => Basic(Operation.Sale) with
    {
        AmountMinor = 1 + Draws.Below(5_00), Currency = CloudStore.Currency,
    };

    private sealed class Held(long sequence, bool isAuth, long amountMinor)
    {
        public long Sequence => sequence;

        public bool IsAuth => isAuth;

        public long AmountMinor { get; set; } = amountMinor;

        public uint Tick { get; set; }

        public uint AcceptedTick { get; set; }

        public long VouchedMinor { get; set; }
    }
}
