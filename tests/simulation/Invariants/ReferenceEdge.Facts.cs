using System.Buffers.Binary;
using System.Security.Cryptography;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Simulation.Invariants;

/// <summary>The evidence of one purchase, bit by bit, and the masks.</summary>
internal sealed partial class ReferenceEdge
{
    private sealed class Facts
    {
        private readonly ReferenceEdge edge;
        private readonly PaymentRequest request;
        private readonly RosterDevice device;
        private readonly RefLease? lease;
        private readonly Policy policy;
        private readonly Tier tier;
        private readonly uint payee;
        private readonly uint unix;
        private readonly int count;
        private readonly long sum;
        private readonly long hour;
        private readonly long day;
        private readonly long payeeSum;
        private readonly (int Count, long SumMinor) ever;
        private readonly int factor;
        private readonly bool timeStopped;

        public Facts(
            ReferenceEdge edge, PaymentRequest request, RosterDevice device, AccountId account, RefLease? lease,
                uint payee,
            uint unix)
        {
            (this.edge, this.request, this.device, this.lease, this.payee, this.unix) =
                (edge, request, device, lease, payee, unix);
            policy = edge.policy!;
            tier = Tier.Standard;
            foreach (var each in policy.Tiers)
                if (each.Number == device.Tier) tier = each;
            var (ofDevice, deviceSum, ofAccount, accountSum) = (0, 0L, 0, 0L);
            foreach (var approval in edge.unacknowledged)
            {
                if (approval.Kid == request.Kid)
                    (ofDevice, deviceSum) = (ofDevice + 1, deviceSum + approval.AmountMinor);
                if (approval.Account == account)
                    (ofAccount, accountSum) = (ofAccount + 1, accountSum + approval.AmountMinor);
                if (approval.Payee == payee) payeeSum += approval.AmountMinor;
            }

            (count, sum) = (Math.Max(ofDevice, ofAccount), Math.Max(deviceSum, accountSum));
            var history = edge.approvals.GetValueOrDefault(account);
            var floated = edge.onFloat.GetValueOrDefault(request.Kid);
            hour = SumWithin(history, edge.elapsed, 60) + SumWithin(floated, edge.elapsed, 60);
            day = SumWithin(history, edge.elapsed, 24 * 60) + SumWithin(floated, edge.elapsed, 24 * 60);
            timeStopped = edge.timeStopped.Contains(account.Value);
            ever = edge.ever.GetValueOrDefault(account);
            factor = Math.Min(10_000, tier.FactorBasisPoints) * Staleness() / 10_000;
        }

        public bool IsTimeUp
        {
            get
            {
                if (lease is null) return false;
                var age = Math.Max(0, edge.elapsed - lease.Since);
                return age + (age * DriftPpm / 1_000_000) + GuardSeconds >= lease.SpendSeconds;
            }
        }

        public long SpendableMinor => lease is null || IsTimeUp ? 0 : lease.LimitMinor - lease.SpentMinor;

        private long LeaseAge => lease?.Account is null ? 0 : Math.Max(0, edge.elapsed - lease.Since);

        private long DenyAge => edge.elapsed - edge.contact;

        public Evidence DenyBits(long amountMinor) => Bits(amountMinor) & (policy.Masks.Deny | tier.Masks.Deny);

        public Expected Judge(long amountMinor, bool asked, bool failed)
        {
            var bits = Bits(amountMinor) | (asked ? Evidence.AskedOk : 0);
            var deny = bits & (policy.Masks.Deny | tier.Masks.Deny);
            if (deny != 0) return Expected.No(Code(deny), bits);
            var online = bits & (policy.Masks.Online | tier.Masks.Online | Evidence.LeaseShort);
            if (online != 0 && !asked)
            {
                if (!failed) return Expected.No(DecisionCode.GoOnline, bits);   // It was to ask and did not.
                bits |= Evidence.AskedFailed;
                var byDefault = bits & (policy.Masks.Default | tier.Masks.Default | Evidence.LeaseShort);
                if (byDefault != 0) return Expected.No(Code(byDefault), bits);
            }

            return (bits & Evidence.LeaseShort) != 0
                ? Expected.No(Code(Evidence.LeaseShort), bits)
                : new(DecisionCode.Approved, amountMinor, bits, lease!.Id);
        }

        public Evidence Bits(long amount)
        {
            var bits = Evidence.None;
            void If(bool fact, Evidence bit) => bits |= fact ? bit : 0;
            If(hour + amount > Shrunk(policy.FloorMinor), Evidence.OverFloor);
            If(count + 1 > Shrunk(policy.SoftCount), Evidence.SoftCount);
            If(count + 1 > Shrunk(policy.HardCount), Evidence.HardCount);
            If(sum + amount > Shrunk(policy.SoftCumulativeMinor), Evidence.SoftCumulative);
            If(sum + amount > Shrunk(policy.HardCumulativeMinor) || day + amount > Shrunk(policy.AccountDayMinor),
                Evidence.HardCumulative);
            If(payeeSum + amount > Shrunk(policy.PayeeMinor)
                || edge.ExposureMinor() + amount > Shrunk(policy.EdgeExposureMinor), Evidence.SiteCap);
            If(lease is not null && SpendableMinor - amount < lease.LimitMinor * policy.LowWaterBasisPoints / 10_000,
                Evidence.LeaseLow);
            If(amount > SpendableMinor, Evidence.LeaseShort);
            If(lease?.Account is null, Evidence.NoLease);
            If(LeaseAge > policy.GraceSeconds, Evidence.LeaseStale);
            If(DenyAge > policy.GraceSeconds, Evidence.DenyStale);
            If(IsPicked(amount), Evidence.RandomPick);
            If(edge.Device(request.Kid).Settled < policy.TrustedAfter, Evidence.NewDevice);
            If(ever.Count == 0, Evidence.NewAccountHere);
            If(policy.OutlierBasisPoints > 0 && ever.Count >= 5
                && (Int128)amount * 10_000 * ever.Count > (Int128)ever.SumMinor * policy.OutlierBasisPoints,
                Evidence.AmountOutlier);
            var (own, last) = (edge.Device(request.Kid), Math.Max(edge.Device(request.Kid).Last, device.SequenceFloor));
            var gap = request.Sequence > last + 1 || last > own.Last;
            If(gap, Evidence.SequenceGap);
            If(!gap && request.Previous != (own.Last == 0 ? 0 : own.LastDigest), Evidence.PreviousMismatch);
            If(!edge.contactSinceStart, Evidence.EdgeRestartedOffline);
            If(Contains(policy.OnlinePayees, payee), Evidence.PayeeForcedOnline);
            If(tier.WantsAttestation && !device.Attested, Evidence.AttestationMissing);
            If(tier.WantsScore, Evidence.ScoreMissing);
            If(request.DeviceTime is { } time && Math.Abs((long)time - unix) > 24 * 3_600, Evidence.ClockSuspect);
            return bits;
        }

        private DecisionCode Code(Evidence of)
        {
            bool Has(Evidence bits) => (of & bits) != 0;
            if (Has(Evidence.PreviousMismatch | Evidence.ScoreHigh)) return DecisionCode.Risk;
            if (Has(Evidence.LeaseShort) && (IsTimeUp || timeStopped)) return DecisionCode.LeaseStale;
            if (Has(Evidence.LeaseShort))
                return lease?.Account is null ? DecisionCode.FloatExhausted : DecisionCode.Insufficient;
            if (Has(Evidence.SiteCap | Evidence.HardCumulative)) return DecisionCode.CumulativeLimit;
            if (Has(Evidence.HardCount)) return DecisionCode.CountLimit;
            if (Has(Evidence.OverFloor)) return DecisionCode.OverFloor;
            if (Has(Evidence.SoftCumulative)) return DecisionCode.CumulativeLimit;
            if (Has(Evidence.SoftCount)) return DecisionCode.CountLimit;
            return Has(Evidence.LeaseStale | Evidence.DenyStale | Evidence.EdgeRestartedOffline)
                ? DecisionCode.LeaseStale : DecisionCode.GoOnline;
        }

        private int Staleness()
        {
            var late = Math.Max(LeaseAge, DenyAge) - policy.GraceSeconds;
            if (late <= 0) return 10_000;
            return late >= policy.DecaySeconds ? policy.DecayMinimumBasisPoints
                : (int)Math.Max(policy.DecayMinimumBasisPoints, 10_000 - (10_000 * late / policy.DecaySeconds));
        }

        private long Shrunk(long limit) => limit * factor / 10_000;

        private bool IsPicked(long amount)
        {
            if (policy.PickKey is null) return false;
            var (low, high) = (policy.PickTargetBasisPoints, policy.PickMaximumBasisPoints);
            var share = amount < policy.PickThresholdMinor || high <= low ? low
                : amount >= policy.FloorMinor ? high
                : low + (int)((high - low) * (amount - policy.PickThresholdMinor)
                    / (policy.FloorMinor - policy.PickThresholdMinor));
            if (share == 0) return false;
            var id = new byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(id, PaymentId.Of(request.Name).Value);
            return BinaryPrimitives.ReadUInt32BigEndian(HMACSHA256.HashData(policy.PickKey, id)) % 10_000 < (uint)share;
        }
    }
}
